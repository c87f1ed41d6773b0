"""What a file says can't steer the terminal."""

from compliance.register_options import printable


def test_control_signs_of_a_file_are_shown_and_not_sent_to_the_terminal() -> None:
    assert printable("甲\x1b[31m乙\u3000丙") == "甲\\x1b[31m乙\u3000丙"
