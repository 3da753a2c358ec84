"""The frames that the server puts together itself are those that the library would make."""

import pytest
from websockets.frames import Frame, Opcode

from web.subscriptions.server import head_of_text


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_frames_of_every_length(size: int) -> None:
    payload = b"x" * size

    frame = head_of_text(size) + payload

    assert frame == bytes(Frame(Opcode.TEXT, payload).serialize(mask=False))
