"""Silhouettes of bags, hats, watches and jewelry."""

from demo.pictures.pen import Pen, shape


@shape
def handbag(p: Pen) -> None:
    p.arc(32, 12, 68, 66, 180, 360, 3.4, p.dark)
    p.polygon([(22, 40), (78, 40), (86, 82), (14, 82)], p.body)
    p.polygon([(22, 40), (78, 40), (80, 56), (50, 62), (20, 56)], p.dark)
    p.rounded(46, 55, 54, 65, 1.5, (210, 170, 79))
    p.line([(17, 78), (83, 78)], 0.6, p.light)


@shape
def backpack(p: Pen) -> None:
    p.arc(40, 8, 60, 28, 180, 360, 2.6, p.deep)
    p.rounded(18, 40, 30, 76, 5, p.deep)
    p.rounded(70, 40, 82, 76, 5, p.deep)
    p.rounded(24, 17, 76, 86, 14, p.body)
    p.rounded(30, 50, 70, 82, 6, p.dark)
    p.line([(33, 57), (67, 57)], 1, p.metal)
    p.line([(28, 38), (72, 38)], 1.2, p.deep)
    p.rounded(60, 56, 62, 64, 0.8, p.accent)
    p.rounded(42, 66, 58, 73, 1, p.accent)
    p.label(50, 69.5, 13, p.white, height=3)


@shape
def suitcase(p: Pen) -> None:
    p.rounded(40, 6, 43, 24, 1, p.steel)
    p.rounded(57, 6, 60, 24, 1, p.steel)
    p.rounded(38, 4, 62, 9, 2, p.ink)
    p.rounded(24, 20, 76, 84, 7, p.body)
    for x in (33, 42, 51, 60, 69):
        p.line([(x, 26), (x, 78)], 1.4, p.dark)
    p.rounded(44, 48, 56, 54, 1, p.metal)
    for x in (31, 69):
        p.disc(x, 86, 3.4, p.ink)


@shape
def wallet(p: Pen) -> None:
    p.polygon([(20, 30), (76, 24), (78, 34), (22, 40)], p.accent)
    p.rounded(16, 34, 84, 76, 5, p.body)
    p.rounded(16, 34, 84, 42, 4, p.dark)
    p.rounded(62, 48, 84, 62, 3, p.dark)
    p.disc(69, 55, 2.2, p.metal)
    p.line([(20, 72), (80, 72)], 0.5, p.light)


@shape
def hat(p: Pen) -> None:
    p.ellipse(8, 54, 92, 74, p.dark)
    p.ellipse(8, 52, 92, 70, p.body)
    p.blob([(30, 60), (34, 30), (46, 25), (54, 25), (66, 30), (70, 60), (50, 65)], p.body)
    p.polygon([(31.4, 50), (68.6, 50), (70, 60), (50, 64), (30, 60)], p.accent)


@shape
def beanie(p: Pen) -> None:
    p.disc(50, 20, 8, p.pale)
    p.blob([(24, 62), (28, 36), (42, 25), (58, 25), (72, 36), (76, 62), (50, 66)], p.body)
    for x in (36, 43, 50, 57, 64):
        p.line([(x, 34), (x + (x - 50) * 0.2, 60)], 0.9, p.dark)
    p.rounded(21, 57, 79, 76, 5, p.dark)


@shape
def sunglasses(p: Pen) -> None:
    p.line([(18, 42), (8, 36)], 2.6, p.dark)
    p.line([(82, 42), (92, 36)], 2.6, p.dark)
    for x in (32, 68):
        p.blob([(x - 17, 40), (x, 37), (x + 17, 40), (x + 13, 58), (x, 64), (x - 13, 58)], p.body)
        p.blob([(x - 13.5, 43), (x, 40.5), (x + 13.5, 43), (x + 10, 56), (x, 60.5), (x - 10, 56)], p.ink)
        p.line([(x - 8, 53), (x - 1, 44)], 1.2, p.steel)
    p.line([(47, 44), (50, 42.4), (53, 44)], 2.4, p.body)


@shape
def watch(p: Pen) -> None:
    p.polygon([(41, 34), (59, 34), (57, 9), (43, 9)], p.body)
    p.polygon([(41, 66), (59, 66), (57, 91), (43, 91)], p.body)
    p.disc(50, 50, 22, p.metal)
    p.disc(50, 50, 18.5, p.white if p.style % 2 else p.deep)
    hand = p.ink if p.style % 2 else p.white
    for x, y in ((50, 35), (65, 50), (50, 65), (35, 50)):
        p.disc(x, y, 1.1, hand)
    p.line([(50, 50), (50, 38)], 1.4, hand)
    p.line([(50, 50), (58, 55)], 1.8, hand)
    p.rounded(72, 47.5, 75.5, 52.5, 1, p.steel)


@shape
def necklace(p: Pen) -> None:
    p.arc(24, -14, 76, 66, 18, 162, 1.3, p.body)
    p.disc(50, 71, 7.5, p.body)
    p.disc(50, 71, 5, p.accent)
    p.disc(48.4, 69, 1.4, p.white)
    p.disc(50, 65, 1.6, p.body)


@shape
def ring(p: Pen) -> None:
    p.ring(50, 60, 23, 5, p.body)
    p.ring(50, 60, 22, 1, p.light)
    p.polygon([(40, 26), (60, 26), (66, 33), (50, 46), (34, 33)], p.glass)
    p.polygon([(44, 33), (56, 33), (50, 46)], p.white)
    p.line([(34, 33), (66, 33)], 0.5, p.steel)


@shape
def scarf(p: Pen) -> None:
    p.blob([(30, 20), (50, 28), (70, 20), (76, 34), (50, 46), (24, 34)], p.body)
    p.polygon([(40, 36), (57, 40), (54, 84), (34, 84)], p.dark)
    p.polygon([(48, 38), (64, 34), (72, 76), (54, 79)], p.body)
    for y in (50, 58, 66):
        p.line([(52 + (y - 50) * 0.1, y), (66.4 + (y - 50) * 0.2, y - 3)], 1.6, p.light)
    for x in range(35, 55, 3):
        p.line([(x, 84), (x, 89)], 0.7, p.dark)
