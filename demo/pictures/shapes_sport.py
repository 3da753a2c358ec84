"""Silhouettes of sport and camping."""

from demo.pictures.pen import Pen, shape


@shape
def ball(p: Pen) -> None:
    p.disc(50, 51, 33, p.body)
    p.line([(50, 18), (50, 84)], 1.4, p.deep)
    p.line([(17, 51), (83, 51)], 1.4, p.deep)
    p.arc(-4, 18, 36, 84, 300, 60, 1.4, p.deep)
    p.arc(64, 18, 104, 84, 120, 240, 1.4, p.deep)
    p.label(50, 37, 24, p.pale, height=4)


@shape
def football(p: Pen) -> None:
    p.disc(50, 51, 33, p.white)
    p.polygon([(50, 39), (61, 47), (57, 60), (43, 60), (39, 47)], p.body)
    for x0, y0, x1, y1 in ((50, 39, 50, 26), (61, 47, 74, 42), (57, 60, 65, 72), (43, 60, 35, 72), (39, 47, 26, 42)):
        p.line([(x0, y0), (x1, y1)], 1.2, p.steel)
    p.polygon([(50, 26), (41, 20), (50, 18), (59, 20)], p.body)
    p.polygon([(74, 42), (82, 43), (83, 54), (76, 54)], p.body)
    p.polygon([(26, 42), (18, 43), (17, 54), (24, 54)], p.body)
    p.polygon([(65, 72), (75, 70), (68, 79), (60, 80)], p.body)
    p.polygon([(35, 72), (25, 70), (32, 79), (40, 80)], p.body)


@shape
def dumbbell(p: Pen) -> None:
    p.rounded(28, 47, 72, 54, 2, p.metal)
    for x in (14, 68):
        p.rounded(x, 30, x + 9, 71, 3, p.dark)
        p.rounded(x + 9, 34, x + 18, 67, 3, p.body)
    for x in range(42, 60, 3):
        p.line([(x, 48.5), (x + 1.5, 52.5)], 0.6, p.steel)


@shape
def kettlebell(p: Pen) -> None:
    p.arc(31, 14, 69, 60, 175, 365, 7, p.dark)
    p.disc(50, 60, 24, p.body)
    p.disc(50, 60, 11, p.pale)
    p.label(50, 60, 17, p.deep, height=4)
    p.rounded(36, 80, 64, 85, 2, p.dark)


@shape
def mat(p: Pen) -> None:
    p.polygon([(28, 62), (88, 56), (92, 72), (30, 80)], p.light)
    p.rounded(12, 28, 36, 80, 11, p.body)
    p.ellipse(13, 30, 35, 78, p.dark)
    for size in (8, 5, 2):
        p.ellipse(24 - size, 54 - size * 2.1, 24 + size, 54 + size * 2.1, p.body if size % 2 else p.deep)
    p.rounded(40, 63, 46, 77, 1, p.accent)


@shape
def tent(p: Pen) -> None:
    p.polygon([(50, 22), (90, 78), (10, 78)], p.body)
    p.polygon([(50, 22), (90, 78), (62, 78)], p.dark)
    p.polygon([(50, 34), (62, 78), (38, 78)], p.deep)
    p.polygon([(50, 34), (44, 78), (38, 78)], p.light)
    p.line([(50, 22), (47, 16)], 1.2, p.steel)
    p.line([(10, 78), (5, 82)], 0.8, p.steel)
    p.line([(90, 78), (95, 82)], 0.8, p.steel)


@shape
def sleeping_bag(p: Pen) -> None:
    p.blob([(32, 12), (50, 9), (68, 12), (74, 34), (66, 82), (50, 89), (34, 82), (26, 34)], p.body)
    p.blob([(38, 18), (50, 15), (62, 18), (64, 32), (50, 37), (36, 32)], p.deep)
    p.ellipse(42, 20, 58, 31, p.pale)
    for y in (46, 56, 66, 76):
        p.arc(28, y - 6, 72, y + 5, 20, 160, 0.8, p.dark)
    p.line([(64, 34), (60, 80)], 0.8, p.accent)


@shape
def bottle(p: Pen) -> None:
    p.rounded(42, 10, 58, 22, 2.5, p.ink)
    p.arc(44, 4, 56, 16, 180, 360, 2, p.ink)
    p.blob([(43, 22), (57, 22), (64, 32), (65, 60), (64, 84), (50, 86), (36, 84), (35, 60), (36, 32)], p.body)
    p.rounded(42, 20, 58, 25, 1, p.metal)
    p.label(50, 56, 24, p.pale, height=4.5)
    p.line([(40, 34), (40, 76)], 1, p.light)


@shape
def bicycle(p: Pen) -> None:
    for x in (26, 74):
        p.ring(x, 62, 18, 2.4, p.ink)
        p.ring(x, 62, 15, 0.6, p.steel)
        for dx, dy in ((15, 0), (10.6, 10.6), (0, 15), (-10.6, 10.6)):
            p.line([(x - dx, 62 - dy), (x + dx, 62 + dy)], 0.3, p.steel)
        p.disc(x, 62, 2, p.steel)
    p.line([(26, 62), (46, 62), (66, 36), (38, 38), (26, 62)], 2.6, p.body)
    p.line([(46, 62), (36, 32)], 2.6, p.body)
    p.line([(74, 62), (64, 30)], 2.6, p.body)
    p.line([(64, 30), (72, 27), (76, 32)], 2, p.ink)
    p.rounded(29, 29, 43, 33, 2, p.ink)
    p.disc(46, 62, 4, p.steel)


@shape
def helmet(p: Pen) -> None:
    p.blob([(12, 58), (18, 36), (38, 22), (62, 24), (82, 40), (88, 60), (60, 64), (30, 65)], p.body)
    for x0, y0, x1, y1 in ((28, 48, 40, 32), (44, 48, 52, 30), (60, 50, 64, 34), (74, 54, 74, 42)):
        p.line([(x0, y0), (x1, y1)], 4, p.deep)
    p.line([(30, 64), (46, 84), (62, 64)], 1.2, p.ink)
    p.disc(46, 83, 2, p.ink)


@shape
def racket(p: Pen) -> None:
    p.line([(44, 58), (26, 86)], 4.6, p.ink)
    p.blob([(44, 58), (44, 36), (54, 18), (70, 14), (79, 24), (74, 44), (60, 57)], p.body)
    p.blob([(47, 54), (48, 37), (56, 22), (69, 18), (75, 26), (70, 42), (59, 53)], p.white)
    for step in range(7):
        p.line([(49 + step * 3.6, 50 - step * 4.6), (60 + step * 2.2, 51 - step * 3.4)], 0.35, p.steel)
        p.line([(50 + step * 3.4, 33 - step * 2), (52 + step * 3.6, 53 - step * 3.4)], 0.35, p.steel)


@shape
def paddle(p: Pen) -> None:
    p.line([(46, 62), (36, 84)], 6, p.wood)
    p.blob([(42, 60), (36, 40), (44, 20), (62, 16), (74, 28), (72, 48), (58, 62)], p.body)
    p.line([(41, 58), (57, 64)], 2.4, p.wood)
    p.disc(74, 74, 7, p.white)


@shape
def kayak(p: Pen) -> None:
    p.blob([(4, 52), (30, 44), (70, 44), (96, 52), (70, 66), (30, 66)], p.body)
    p.blob([(4, 52), (30, 44), (70, 44), (96, 52), (70, 55), (30, 55)], p.light)
    p.ellipse(38, 45, 62, 53, p.ink)
    p.line([(18, 78), (84, 26)], 1.6, p.ink)
    p.ellipse(10, 74, 24, 82, p.accent)
    p.ellipse(78, 22, 92, 30, p.accent)


@shape
def lantern(p: Pen) -> None:
    p.arc(34, 8, 66, 44, 180, 360, 1.6, p.steel)
    p.rounded(36, 24, 64, 32, 2.5, p.body)
    p.rounded(38, 32, 62, 66, 2, (255, 240, 198))
    for x in (42, 50, 58):
        p.line([(x, 32), (x, 66)], 0.9, p.dark)
    p.rounded(33, 66, 67, 84, 3, p.body)
    p.disc(50, 75, 3, p.accent)
