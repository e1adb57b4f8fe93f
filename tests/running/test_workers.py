"""The pool: a worker that is killed, hangs or fills its memory costs its own task and no other."""

import os
import time

import pytest

from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.running.workers import Limits, Outcome, Pool, Task, Work

JOB = "tests.running.jobs:make"


def outcomes(tasks, *, spill, workers=2, limits=None, job=JOB, settings=None):
    with Pool(Work(job, settings or {}, spill), workers=workers, limits=limits) as pool:
        yield from (task.outcome for task in pool.ordered(tasks))


def doing(*what, **more):
    return [
        Task({"do": one, "number": number, **more}, str(number).encode()) for number, one in enumerate(what)
    ]


def codes(found):
    return [outcome.error.code if outcome.error else None for outcome in found]


def test_pool_gives_results_in_the_order_of_the_tasks(tmp_path):
    tasks = doing(*["work"] * 200)
    found = list(outcomes(tasks, spill=tmp_path, workers=3))
    assert [outcome.result["number"] for outcome in found] == list(range(200))
    assert [b"".join(outcome.parts()) for outcome in found] == [
        f"{number}!".encode() for number in range(200)
    ]
    assert len({outcome.result["process"] for outcome in found}) == 3


def test_pool_costs_nobody_else_what_one_task_does(tmp_path):
    what = ["work", "die", "work", "raise", "refuse", "work", "eat", "work", "print", "hang", "work"]
    found = list(outcomes(doing(*what), spill=tmp_path, limits=Limits(seconds=2.0, megabytes=2048)))
    expected = [None, "ZX603", None, "ZX606", "ZX106", None, "ZX602", None, None, "ZX601", None]
    assert codes(found) == expected
    assert "ZeroDivisionError: by nought" in found[3].error.problem
    assert found[4].error.where == "a.txt"


def test_pool_does_a_task_again_whose_worker_something_else_has_killed(tmp_path):
    tasks = doing("work", "die once", "work", sign=str(tmp_path / "sign"))
    assert codes(outcomes(tasks, spill=tmp_path, workers=1)) == [None, None, None]


def test_pool_keeps_large_results_in_files_that_go(tmp_path):
    (found,) = outcomes(doing("much"), spill=tmp_path)
    assert found.result == {"much": True}
    assert found.file.parent == tmp_path
    assert b"".join(found.parts()) == b"".join(bytes([number]) * (1 << 20) for number in range(9))
    found.drop()
    assert list(tmp_path.iterdir()) == []


def test_pool_hands_through_what_is_done_already_in_its_place(tmp_path):
    tasks = doing("work", "work", "work")
    tasks[1].outcome = Outcome(result={"number": "given"})
    found = outcomes(tasks, spill=tmp_path)
    assert [outcome.result["number"] for outcome in found] == [0, "given", 2]


def test_pool_asks_for_no_more_tasks_than_its_window(tmp_path):
    asked = []

    def endless():
        number = 0
        while True:
            asked.append(number)
            yield Task({"do": "work", "number": number})
            number += 1

    with Pool(Work(JOB, {}, tmp_path), workers=1) as pool:
        stream = pool.ordered(endless())
        for _ in range(50):
            next(stream)
        assert len(asked) <= 50 + 33


def test_pool_says_why_no_worker_can_begin(tmp_path):
    with pytest.raises(ZhengxieError, match="cannot be made"):
        list(outcomes(doing("work"), spill=tmp_path, settings={"fails": True}))
    with pytest.raises(ZhengxieError) as caught:
        list(outcomes(doing("work"), spill=tmp_path, job="tests.running.nowhere:make"))
    assert caught.value.code == "ZX608"


def test_pool_stops_at_a_fault_of_the_library(tmp_path):
    """It is no document's fault: rejecting one after the other would help nobody."""
    with pytest.raises(ZhengxieError, match="a model is broken"):
        list(outcomes(doing("work", "fault", *["work"] * 9), spill=tmp_path))


def test_pool_leaves_no_process_behind(tmp_path):
    with Pool(Work(JOB, {}, tmp_path), workers=2) as pool:
        stream = pool.ordered(doing("work", "work", "hang", "hang", "hang"))
        processes = [next(stream).outcome.result["process"] for _ in range(2)]
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_worker_ends_when_whoever_started_it_has_gone(tmp_path):
    """In the middle of a task too: its input ends when the other side's process does."""
    pool = Pool(Work(JOB, {}, tmp_path), workers=1)
    process = pool.spawn()
    try:
        from zhengxie_nlp.running.worker import receive, send

        assert receive(process.stdout)[0] == {"ready": True}
        send(process.stdin, {"do": "hang", "number": 0})
        time.sleep(0.1)
        process.stdin.close()
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.stdout.close()
        pool.close()
