"""Silhouettes for living: furniture, lamps, textiles."""

from demo.pictures.pen import Pen, shape


@shape
def lamp(p: Pen) -> None:
    p.ellipse(34, 78, 66, 86, p.dark)
    p.rounded(48.4, 44, 51.6, 82, 1, p.metal)
    if p.style % 3 == 0:
        p.blob([(50, 50), (60, 60), (58, 74), (50, 79), (42, 74), (40, 60)], p.body)
    p.polygon([(38, 16), (62, 16), (76, 48), (24, 48)], p.body)
    p.polygon([(38, 16), (46, 16), (42, 48), (24, 48)], p.light)
    p.ellipse(24, 45, 76, 51, p.pale)


@shape
def pendant(p: Pen) -> None:
    p.rounded(49.4, 0, 50.6, 36, 0.4, p.ink)
    p.rounded(46, 32, 54, 42, 1.5, p.metal)
    p.blob([(43, 40), (57, 40), (72, 54), (80, 70), (50, 72), (20, 70), (28, 54)], p.body)
    p.ellipse(20, 66, 80, 75, p.deep)
    p.ellipse(40, 66, 60, 76, (255, 236, 186))


@shape
def bulb(p: Pen) -> None:
    p.blob([(50, 14), (68, 22), (73, 40), (62, 58), (59, 66), (41, 66), (38, 58), (27, 40), (32, 22)], (255, 241, 205))
    p.line([(44, 64), (42, 42), (50, 48), (58, 42), (56, 64)], 1, p.accent)
    p.rounded(40, 66, 60, 80, 2, p.metal)
    for y in (69, 73, 77):
        p.rounded(39, y, 61, y + 1.6, 0.8, p.steel)
    p.rounded(45, 80, 55, 84, 1.5, p.ink)


@shape
def chair(p: Pen) -> None:
    for x0, x1 in ((30, 24), (64, 70)):
        p.line([(x0, 54), (x1, 84)], 3, p.wood)
    for x0, x1 in ((38, 36), (58, 60)):
        p.line([(x0, 54), (x1, 78)], 2.4, p.wood)
    p.blob([(30, 16), (48, 13), (66, 16), (68, 50), (48, 53), (28, 50)], p.body)
    p.blob([(34, 20), (48, 17), (62, 20), (64, 46), (48, 49), (32, 46)], p.light)
    p.rounded(25, 48, 71, 58, 5, p.dark)


@shape
def sofa(p: Pen) -> None:
    for x in (18, 80):
        p.rounded(x, 72, x + 3, 80, 0.6, p.wood)
    p.rounded(14, 30, 86, 64, 6, p.dark)
    p.rounded(19, 32, 50, 60, 4, p.body)
    p.rounded(50, 32, 81, 60, 4, p.body)
    p.rounded(17, 54, 50, 66, 3, p.light)
    p.rounded(50, 54, 83, 66, 3, p.light)
    p.rounded(12, 64, 88, 74, 3, p.body)
    p.rounded(8, 44, 19, 74, 5, p.body)
    p.rounded(81, 44, 92, 74, 5, p.body)
    p.polygon([(26, 40), (37, 38), (39, 51), (28, 53)], p.accent)


@shape
def table(p: Pen) -> None:
    for x0, x1 in ((20, 14), (80, 86)):
        p.line([(x0, 42), (x1, 82)], 3.4, p.dark)
    for x0, x1 in ((32, 30), (68, 70)):
        p.line([(x0, 42), (x1, 72)], 2.6, p.deep)
    p.rounded(8, 35, 92, 42, 2, p.body)
    p.rounded(8, 40, 92, 43.5, 1.5, p.dark)
    if p.style % 2:
        p.rounded(45, 22, 53, 35, 3, p.accent)
        p.blob([(49, 24), (42, 14), (47, 10), (50, 20), (56, 9), (58, 15)], p.leaf)


@shape
def shelf(p: Pen) -> None:
    p.rounded(24, 12, 76, 86, 1.5, p.body)
    for row in range(4):
        p.rounded(27, 15 + row * 17.6, 73, 29.6 + row * 17.6, 0.5, p.deep)
    for x, tone in ((30, p.accent), (34, p.pale), (38, p.light), (42, p.steel)):
        p.rounded(x, 18, x + 3, 29.6, 0.4, tone)
    p.rounded(52, 36, 68, 47.2, 2, p.wood)
    p.disc(36, 59, 5.6, p.pale)
    p.rounded(50, 56, 53, 64.8, 0.4, p.accent)
    p.rounded(32, 71, 58, 82.4, 2, p.wood)


@shape
def bed(p: Pen) -> None:
    p.rounded(12, 22, 88, 70, 5, p.dark)
    p.rounded(16, 44, 84, 66, 3, p.white)
    p.rounded(20, 36, 47, 50, 5, p.white)
    p.rounded(53, 36, 80, 50, 5, p.white)
    p.rounded(13, 53, 87, 72, 4, p.body)
    p.rounded(13, 53, 87, 58, 2, p.light)
    p.rounded(16, 72, 20, 82, 0.8, p.wood)
    p.rounded(80, 72, 84, 82, 0.8, p.wood)


@shape
def mattress(p: Pen) -> None:
    p.polygon([(22, 40), (78, 40), (92, 58), (8, 58)], p.white)
    for step in range(4):
        p.line([(26 - step * 3.5, 44 + step * 4), (74 + step * 3.5, 44 + step * 4)], 0.5, p.pale)
    p.rounded(8, 57, 92, 74, 3, p.body)
    p.rounded(8, 63, 92, 66, 0, p.light)
    p.label(50, 69.5, 20, p.pale, height=3)


@shape
def pillow(p: Pen) -> None:
    p.blob([(16, 26), (50, 31), (84, 26), (80, 50), (84, 76), (50, 71), (16, 76), (20, 50)], p.body)
    if p.style % 3 == 0:
        for x in (34, 50, 66):
            p.line([(x, 33), (x, 69)], 1.4, p.light)
    if p.style % 3 == 1:
        p.ring(50, 51, 11, 1.6, p.pale)
    p.line([(24, 34), (32, 38)], 0.7, p.dark)
    p.line([(76, 68), (68, 64)], 0.7, p.dark)


@shape
def folded(p: Pen) -> None:
    for row, tone in enumerate((p.dark, p.body, p.light)):
        y = 62 - row * 15
        p.rounded(18, y, 82, y + 14, 6, tone)
        p.rounded(22, y + 6, 82, y + 8, 1, p.deep if row == 0 else p.dark)
    p.rounded(60, 34, 72, 43, 0.8, p.white)
    p.label(66, 38.5, 10, p.ink, height=2.4)


@shape
def rug(p: Pen) -> None:
    p.polygon([(24, 30), (76, 30), (90, 76), (10, 76)], p.body)
    p.polygon([(28, 34), (72, 34), (83, 72), (17, 72)], p.pale)
    p.polygon([(30, 37), (70, 37), (79, 69), (21, 69)], p.light)
    for x in (36, 50, 64):
        p.polygon([(x, 44), (x + 6, 53), (x, 62), (x - 6, 53)], p.accent if p.style % 2 else p.body)
    for x in range(12, 90, 3):
        p.line([(x, 76.5), (x, 79.5)], 0.6, p.pale)


@shape
def curtain(p: Pen) -> None:
    p.rounded(8, 14, 92, 16.6, 1.2, p.metal)
    p.rounded(26, 18, 74, 76, 1, p.glass)
    p.rounded(49.4, 18, 50.6, 76, 0, p.white)
    for start in (14, 62):
        for fold in range(4):
            tone = (p.body, p.dark, p.light, p.dark)[fold]
            p.polygon(
                [
                    (start + fold * 6, 16),
                    (start + fold * 6 + 6.3, 16),
                    (start + fold * 6 + 6.3, 86),
                    (start + fold * 6, 86),
                ],
                tone,
            )


@shape
def vase(p: Pen) -> None:
    for x0, x1, y1 in ((48, 32, 12), (50, 52, 6), (52, 70, 14)):
        p.line([(x0, 42), (x1, y1 + 6)], 1, p.leaf)
        p.blob([(x1, y1), (x1 + 5, y1 + 6), (x1, y1 + 14), (x1 - 5, y1 + 6)], p.accent if x1 == 52 else p.leaf)
    p.blob([(44, 38), (56, 38), (57, 46), (68, 62), (62, 82), (50, 85), (38, 82), (32, 62), (43, 46)], p.body)
    p.ellipse(43, 35.4, 57, 40.4, p.deep)


@shape
def candle(p: Pen) -> None:
    p.blob([(50, 12), (54, 22), (50, 29), (46, 22)], (255, 190, 80))
    p.rounded(49.5, 26, 50.5, 36, 0.3, p.ink)
    p.rounded(28, 34, 72, 84, 5, p.body)
    p.ellipse(28, 30, 72, 41, p.pale)
    p.rounded(36, 52, 64, 70, 1.5, p.white)
    p.label(50, 61, 22, p.ink, height=4)


@shape
def clock(p: Pen) -> None:
    p.disc(50, 50, 34, p.body)
    p.disc(50, 50, 29, p.white)
    for x, y in ((50, 25), (75, 50), (50, 75), (25, 50)):
        p.disc(x, y, 1.5, p.ink)
    p.line([(50, 50), (50, 31)], 1.8, p.ink)
    p.line([(50, 50), (63, 57)], 2.4, p.ink)
    p.line([(50, 54), (44, 33)], 0.7, p.accent)
    p.disc(50, 50, 2.2, p.ink)


@shape
def basket(p: Pen) -> None:
    p.arc(34, 24, 66, 66, 180, 360, 3, p.dark)
    p.polygon([(18, 44), (82, 44), (74, 82), (26, 82)], p.body)
    for row in range(4):
        for column in range(8):
            x, y = 24 + column * 6.6 + (row % 2) * 3, 49 + row * 8.6
            p.rounded(x, y, x + 4.4, y + 4, 1, p.dark if (row + column) % 2 else p.light)
    p.rounded(15, 40, 85, 46, 2.5, p.light)


@shape
def vacuum(p: Pen) -> None:
    p.line([(34, 22), (68, 74)], 3.4, p.steel)
    p.blob([(28, 12), (42, 14), (48, 28), (40, 36), (28, 30)], p.body)
    p.blob([(38, 28), (50, 26), (58, 40), (50, 48), (40, 42)], p.glass)
    p.line([(24, 16), (26, 34), (36, 38)], 3, p.dark)
    p.polygon([(58, 72), (82, 72), (88, 82), (54, 82)], p.body)
    p.rounded(54, 80, 88, 84, 1.5, p.ink)
    p.disc(36, 22, 2.4, p.accent)


@shape
def robot_vacuum(p: Pen) -> None:
    p.ellipse(12, 34, 88, 80, p.deep)
    p.ellipse(12, 29, 88, 75, p.body)
    p.ellipse(20, 33.5, 80, 69, p.light)
    p.ellipse(40, 40, 60, 52, p.dark)
    p.ellipse(43, 41, 57, 49, p.ink)
    p.disc(50, 61, 1.8, p.accent)


@shape
def fan(p: Pen) -> None:
    p.rounded(48, 60, 52, 82, 1, p.steel)
    p.rounded(34, 80, 66, 85, 2.4, p.dark)
    p.disc(50, 40, 29, p.dark)
    p.disc(50, 40, 27, p.pale)
    for points in (
        [(50, 40), (38, 30), (46, 17), (56, 24)],
        [(50, 40), (65, 35), (73, 48), (63, 53)],
        [(50, 40), (47, 56), (31, 55), (33, 44)],
    ):
        p.blob(points, p.body)
    for radius in (10, 18, 25):
        p.ring(50, 40, radius, 0.5, p.steel)
    p.disc(50, 40, 4.5, p.dark)
