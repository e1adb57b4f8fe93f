"""A job for the tests of the pool: it does what its task says, harm included."""

import os
import signal
import time

from zhengxie_nlp.errors import DataError, ReadError


def make(settings):
    if settings.get("fails"):
        raise ReadError("ZX108", "the job cannot be made", hint="Mend it.")

    def job(task, data):
        does = task["do"]
        if does == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif does == "die once" and not os.path.exists(task["sign"]):
            open(task["sign"], "w").close()
            os._exit(3)
        elif does == "hang":
            time.sleep(600)
        elif does == "raise":
            raise ZeroDivisionError("by nought")
        elif does == "refuse":
            raise ReadError("ZX106", "nothing in it", where="a.txt")
        elif does == "fault":
            raise DataError("ZX303", "a model is broken")
        elif does == "eat":
            bytearray(8 << 30)
        elif does == "print":
            print("this must not come between the answers")
            os.system("echo nor this")
        elif does == "much":
            return (bytes([number % 251]) * (1 << 20) for number in range(9)), lambda: {"much": True}
        return [data, b"!"], lambda: {"number": task["number"], "process": os.getpid()}

    return job


def make_slow(settings):
    def job(task, data):
        time.sleep(settings["seconds"] * (task["number"] % 3))
        return [data], lambda: {"number": task["number"]}

    return job
