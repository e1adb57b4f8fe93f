import pytest

from zhengxie_nlp.comparing.likenesses import group_names, plain, same_mechanism


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("委员工作室", "委员联络工作室", True),
        ("“委员工作室”", "委员工作室", True),
        ("委员之家", "委员社区之家", True),
        ("委员工作室", "党员工作室", False),
        ("工作机制", "工作推进机制", False),
        ("联席会议制度", "联席会议协调制度", False),
        ("提案办理制度", "提案督查办理制度", True),
        ("委员工作室", "委员进社区联络群众工作室", False),
        ("监督小组", "监督检查小组", True),
    ],
)
def test_same_mechanism(one, other, same):
    assert same_mechanism(plain(one), plain(other)) is same
    assert same_mechanism(plain(other), plain(one)) is same


def test_names_join_the_most_frequent_one_and_make_no_chains():
    counts = {
        "委员工作室": 9,
        "委员联络工作室": 4,
        "委员联络服务工作室": 2,
        "委员联络服务群众工作室": 1,
        "党校": 5,
    }
    chosen = group_names(counts)
    assert chosen["委员联络工作室"] == chosen["委员联络服务工作室"] == "委员工作室"
    assert chosen["委员联络服务群众工作室"] != "委员工作室"
    assert chosen["党校"] == "党校"
