"""Silhouettes of what is worn."""

from demo.pictures.pen import Pen, shape


@shape
def tee(p: Pen) -> None:
    p.polygon(
        [(36, 18), (64, 18), (84, 32), (76, 46), (68, 41), (69, 84), (31, 84), (32, 41), (24, 46), (16, 32)], p.body
    )
    p.polygon([(68, 41), (76, 46), (84, 32), (80, 29)], p.dark)
    p.polygon([(32, 41), (24, 46), (16, 32), (20, 29)], p.dark)
    p.ellipse(39, 11, 61, 27, p.deep)
    p.ellipse(41, 10, 59, 24, p.dark)
    if p.style % 3 == 0:
        p.rounded(54, 36, 62, 45, 1, p.dark)
    if p.style % 3 == 1:
        p.rounded(32, 46, 68.3, 52, 0, p.light)


@shape
def shirt(p: Pen) -> None:
    p.polygon(
        [
            (36, 17),
            (64, 17),
            (82, 28),
            (88, 74),
            (78, 76),
            (70, 44),
            (70, 85),
            (30, 85),
            (30, 44),
            (22, 76),
            (12, 74),
            (18, 28),
        ],
        p.body,
    )
    p.polygon([(70, 44), (78, 76), (88, 74), (85, 56)], p.dark)
    p.polygon([(30, 44), (22, 76), (12, 74), (15, 56)], p.dark)
    p.polygon([(36, 17), (50, 27), (44, 33), (33, 20)], p.light)
    p.polygon([(64, 17), (50, 27), (56, 33), (67, 20)], p.light)
    p.line([(50, 28), (50, 85)], 0.8, p.dark)
    for y in range(36, 82, 9):
        p.disc(50, y, 1, p.pale)
    p.rounded(56, 40, 66, 51, 1, p.dark)


@shape
def sweater(p: Pen) -> None:
    p.blob(
        [
            (36, 17),
            (50, 21),
            (64, 17),
            (80, 26),
            (90, 72),
            (78, 76),
            (70, 46),
            (71, 80),
            (50, 82),
            (29, 80),
            (30, 46),
            (22, 76),
            (10, 72),
            (20, 26),
        ],
        p.body,
    )
    p.rounded(29, 77, 71, 84, 2, p.dark)
    p.polygon([(77, 72), (90, 69), (91, 77), (79, 80)], p.dark)
    p.polygon([(23, 72), (10, 69), (9, 77), (21, 80)], p.dark)
    p.arc(38, 9, 62, 27, 10, 170, 3.4, p.dark)
    for row in range(6 if p.style % 2 else 0):
        for x in (40, 50, 60):
            p.line([(x - 2, 36 + row * 6.5), (x, 39 + row * 6.5), (x + 2, 36 + row * 6.5)], 0.8, p.light)


@shape
def jacket(p: Pen) -> None:
    p.polygon(
        [
            (35, 16),
            (65, 16),
            (83, 26),
            (90, 76),
            (78, 78),
            (71, 46),
            (72, 86),
            (28, 86),
            (29, 46),
            (22, 78),
            (10, 76),
            (17, 26),
        ],
        p.body,
    )
    p.polygon([(71, 46), (78, 78), (90, 76), (87, 52)], p.dark)
    p.polygon([(29, 46), (22, 78), (10, 76), (13, 52)], p.dark)
    p.blob([(36, 16), (50, 9), (64, 16), (60, 27), (50, 30), (40, 27)], p.deep)
    p.line([(50, 28), (50, 86)], 1.4, p.metal)
    for y in (42, 54, 66) if p.style % 2 else ():
        p.line([(29.5, y), (48.6, y)], 0.7, p.dark)
        p.line([(51.4, y), (70.5, y)], 0.7, p.dark)
    p.line([(34, 66), (41, 74)], 1.2, p.deep)
    p.line([(66, 66), (59, 74)], 1.2, p.deep)
    p.rounded(57, 36, 65, 38.4, 0.6, p.accent)


@shape
def pants(p: Pen) -> None:
    p.polygon([(33, 12), (67, 12), (74, 88), (56, 88), (50, 40), (44, 88), (26, 88)], p.body)
    p.polygon([(50, 40), (56, 88), (60, 88), (53, 34)], p.dark)
    p.rounded(33, 11, 67, 17, 0.8, p.dark)
    p.disc(50, 14, 1.1, p.metal)
    p.line([(50, 17), (50, 34)], 0.7, p.deep)
    p.line([(35, 19), (42, 27)], 0.8, p.light)
    p.line([(65, 19), (58, 27)], 0.8, p.light)


@shape
def shorts(p: Pen) -> None:
    p.polygon([(27, 26), (73, 26), (84, 74), (54, 77), (50, 52), (46, 77), (16, 74)], p.body)
    p.polygon([(50, 52), (54, 77), (60, 76.5), (52, 46)], p.dark)
    p.rounded(27, 24, 73, 31, 1.5, p.dark)
    p.line([(48, 29), (45, 40)], 0.9, p.pale)
    p.line([(52, 29), (55, 40)], 0.9, p.pale)


@shape
def dress(p: Pen) -> None:
    p.line([(42, 12), (41, 26)], 2, p.dark)
    p.line([(58, 12), (59, 26)], 2, p.dark)
    p.blob(
        [
            (38, 24),
            (50, 28),
            (62, 24),
            (62, 36),
            (59, 44),
            (70, 64),
            (79, 84),
            (50, 88),
            (21, 84),
            (30, 64),
            (41, 44),
            (38, 36),
        ],
        p.body,
    )
    p.rounded(40, 43, 60, 47, 1, p.accent if p.style % 3 == 0 else p.dark)
    for x0, x1 in ((46, 38), (54, 62), (50, 50)):
        p.line([(x0, 50), (x1, 84)], 0.7, p.dark)


@shape
def leggings(p: Pen) -> None:
    p.polygon([(34, 12), (66, 12), (69, 40), (64, 88), (54, 88), (50, 42), (46, 88), (36, 88), (31, 40)], p.body)
    p.rounded(34, 11, 66, 21, 2, p.dark)
    p.line([(67, 30), (62, 84)], 1.2, p.light)
    p.line([(33, 30), (38, 84)], 1.2, p.light)


@shape
def sneaker(p: Pen) -> None:
    p.blob([(18, 40), (30, 34), (36, 44), (52, 46), (66, 56), (84, 61), (89, 72), (60, 75), (16, 74), (14, 56)], p.body)
    p.blob([(66, 57), (84, 61), (89, 72), (70, 73)], p.light)
    p.blob([(15, 58), (27, 52), (31, 72), (16, 74)], p.dark)
    for step in range(4):
        p.line([(40 + step * 6, 45 + step * 3), (36 + step * 6, 52 + step * 3)], 1.4, p.white)
    p.line([(34, 69), (46, 58), (58, 66)], 1.8, p.accent)
    p.rounded(12, 72, 90, 80, 4, p.white)
    p.rounded(12, 77.5, 90, 81, 1.6, p.deep)


@shape
def boot(p: Pen) -> None:
    p.blob([(28, 16), (50, 14), (54, 16), (55, 42), (66, 52), (84, 58), (87, 72), (60, 75), (28, 75), (27, 44)], p.body)
    p.rounded(26, 13, 56, 22, 3, p.dark)
    for step in range(4):
        p.line([(46, 27 + step * 7), (55.5, 26 + step * 7)], 1.4, p.pale)
    p.rounded(24, 73, 88, 80, 2.5, p.ink)
    p.rounded(24, 73, 38, 84, 1.5, p.ink)
    p.rounded(48, 78, 88, 83, 1.5, p.ink)


@shape
def socks(p: Pen) -> None:
    for x, tone in ((0, p.dark), (18, p.body)):
        p.blob(
            [
                (24 + x, 16),
                (44 + x, 16),
                (44 + x, 52),
                (56 + x, 66),
                (58 + x, 78),
                (46 + x, 82),
                (28 + x, 68),
                (24 + x, 52),
            ],
            tone,
        )
        p.rounded(23 + x, 14, 45 + x, 23, 2, p.pale)
        p.rounded(24 + x, 30, 44 + x, 34, 0, p.accent)
