"""Turns: so many at a time, first come first served, nested ones without waiting."""

from __future__ import annotations

import threading
import time

from matcher.turns import Turns, turn


def test_no_more_at_a_time_and_in_order() -> None:
    turns, served = Turns(1), list[int]()

    def ask(number: int) -> None:
        with turns.turn(), turns.turn():  # what is asked inside of a turn waits for nobody
            served.append(number)

    with turns.turn():
        threads = []
        for number in range(4):
            threads.append(threading.Thread(target=ask, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
        assert served == []
    for one in threads:
        one.join(10)
    assert served == [0, 1, 2, 3]


def test_a_turn_is_given_back_where_the_work_fails() -> None:
    turns = Turns(1)
    for _ in range(2):
        try:
            with turns.turn():
                raise ValueError
        except ValueError:
            pass
    with turns.turn(), turn():
        assert turns._free == 0
    assert turns._free == 1
