"""Silhouettes of what is kept in a bathroom."""

from demo.pictures.pen import Pen, shape


@shape
def tube(p: Pen) -> None:
    p.polygon([(34, 14), (66, 14), (60, 70), (40, 70)], p.body)
    p.rounded(34, 12, 66, 17, 0.5, p.light)
    p.rounded(40, 70, 60, 85, 2, p.white)
    p.label(50, 40, 20, p.deep, height=4)
    p.line([(44, 47), (56, 47)], 0.7, p.deep)
    p.line([(46, 50), (54, 50)], 0.7, p.deep)


@shape
def jar(p: Pen) -> None:
    p.rounded(26, 44, 74, 80, 7, p.body)
    p.rounded(28, 28, 72, 46, 3, p.white)
    p.rounded(28, 41, 72, 46, 1, p.metal)
    p.rounded(34, 54, 66, 70, 1.5, p.pale)
    p.label(50, 62, 26, p.deep, height=4.5)


@shape
def pump(p: Pen) -> None:
    p.rounded(48.4, 20, 51.6, 34, 0.6, p.steel)
    p.polygon([(30, 14), (56, 14), (56, 21), (38, 21), (30, 18)], p.white)
    p.rounded(42, 30, 58, 38, 2, p.white)
    p.rounded(30, 37, 70, 85, 7, p.body)
    p.rounded(34, 52, 66, 74, 1, p.pale)
    p.label(50, 60, 27, p.deep, height=4.5)
    p.line([(42, 67), (58, 67)], 0.7, p.deep)


@shape
def dropper(p: Pen) -> None:
    p.rounded(43, 12, 57, 30, 5, p.ink)
    p.rounded(41, 28, 59, 38, 1.5, p.metal)
    p.rounded(33, 37, 67, 84, 6, p.body)
    p.rounded(33, 52, 67, 74, 0, p.white)
    p.label(50, 60, 27, p.ink, height=4.5)
    p.line([(42, 67), (58, 67)], 0.7, p.steel)


@shape
def lipstick(p: Pen) -> None:
    p.polygon([(42, 22), (58, 14), (58, 44), (42, 44)], p.body)
    p.polygon([(42, 22), (58, 14), (58, 20), (46, 30)], p.light)
    p.rounded(40, 42, 60, 56, 1, (214, 180, 98))
    p.rounded(37, 54, 63, 85, 2.5, p.ink)


@shape
def perfume(p: Pen) -> None:
    p.rounded(42, 14, 58, 32, 2, (210, 170, 79))
    p.rounded(45, 30, 55, 38, 1, p.metal)
    p.rounded(28, 37, 72, 83, 6, p.glass)
    p.rounded(31, 48, 69, 80, 4, p.body)
    p.rounded(37, 56, 63, 70, 1, p.white)
    p.label(50, 63, 22, p.ink, height=4)


@shape
def brush(p: Pen) -> None:
    p.line([(50, 50), (50, 84)], 4.4, p.body)
    p.rounded(44.4, 40, 55.6, 54, 1, p.metal)
    p.blob([(45, 41), (40, 24), (50, 12), (60, 24), (55, 41)], (104, 74, 62))
    p.blob([(44, 24), (50, 12), (56, 24), (50, 30)], (216, 178, 150))


@shape
def toothbrush(p: Pen) -> None:
    p.rounded(44, 40, 56, 86, 5, p.body)
    p.rounded(48, 20, 52, 42, 1.5, p.white)
    p.rounded(45, 12, 55, 26, 2, p.white)
    for row in range(4):
        p.rounded(54, 13 + row * 3.1, 62, 15.4 + row * 3.1, 0.6, p.accent if row % 2 else p.glass)
    p.rounded(47.5, 52, 52.5, 60, 2.4, p.pale)
    p.disc(50, 66, 0.9, p.accent)


@shape
def razor(p: Pen) -> None:
    p.rounded(38, 30, 62, 86, 9, p.body)
    p.rounded(41, 52, 59, 80, 6, p.dark)
    p.rounded(36, 18, 64, 32, 3, p.metal)
    for x in range(38, 64, 3):
        p.line([(x, 15), (x, 20)], 1, p.steel)
    p.rounded(46, 38, 54, 46, 3, p.accent)


@shape
def hairdryer(p: Pen) -> None:
    p.polygon([(52, 48), (66, 46), (60, 84), (48, 84)], p.dark)
    p.blob([(36, 20), (62, 16), (76, 26), (78, 38), (66, 50), (36, 46)], p.body)
    p.polygon([(20, 22), (37, 20), (37, 47), (20, 44)], p.ink)
    p.disc(66, 33, 9, p.dark)
    p.disc(66, 33, 6, p.steel)
    p.rounded(53, 56, 57, 66, 1.5, p.accent)
