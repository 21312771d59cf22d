"""There are only so many connections; who came first and said nothing makes room."""

from reelmill.api.connections import Connections


class One:
    def __init__(self) -> None:
        self.gone = False

    def hang_up(self) -> None:
        self.gone = True


def test_the_oldest_silent_one_makes_room() -> None:
    crowd, ones = Connections(3), [One() for _ in range(6)]
    assert all(crowd.came(one, "a") for one in ones[:3])
    crowd.spoke(ones[0])
    assert crowd.came(ones[3], "b") and [one.gone for one in ones[:3]] == [False, True, False]
    for one in ones[2:4]:
        crowd.spoke(one)
    assert not crowd.came(ones[4], "c"), "nobody is silent but the newcomer"
    crowd.went(ones[4])
    crowd.went(ones[0])
    assert crowd.came(ones[5], "c")


def test_an_address_has_a_limit_of_its_own() -> None:
    crowd, mine, other = Connections(100, per_address=2), [One() for _ in range(4)], One()
    assert crowd.came(other, "b") and all(crowd.came(one, "a") for one in mine[:3])
    assert mine[0].gone and not other.gone
    for one in mine:
        crowd.went(one)
    crowd.spoke(other)
    assert all(crowd.came(One(), "a") for _ in range(2))
