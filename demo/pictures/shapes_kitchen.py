"""Silhouettes for the kitchen."""

from demo.pictures.pen import Pen, shape


@shape
def pan(p: Pen) -> None:
    p.line([(62, 50), (88, 30)], 5, p.ink)
    p.line([(80, 36), (88, 30)], 2, p.steel)
    p.ellipse(10, 36, 70, 76, p.deep)
    p.ellipse(10, 33, 70, 73, p.body)
    p.ellipse(13, 35.5, 67, 70, p.dark)
    p.ellipse(17, 39, 63, 68, p.deep)
    p.arc(19, 41, 61, 66, 190, 260, 1.2, p.light)


@shape
def pot(p: Pen) -> None:
    p.rounded(12, 46, 26, 53, 3, p.dark)
    p.rounded(74, 46, 88, 53, 3, p.dark)
    p.rounded(20, 38, 80, 80, 8, p.body)
    p.rounded(20, 38, 80, 48, 3, p.light)
    p.rounded(18, 33, 82, 39, 3, p.dark)
    p.ellipse(20, 25, 80, 40, p.body)
    p.rounded(18, 33, 82, 37, 2, p.dark)
    p.rounded(44, 20, 56, 27, 3, p.metal)
    p.label(50, 64, 28, p.pale, height=4)


@shape
def knife(p: Pen) -> None:
    p.polygon([(20, 70), (24, 62), (66, 24), (73, 18), (72, 29), (34, 66)], p.metal)
    p.polygon([(20, 70), (34, 66), (72, 29), (70, 32), (36, 70)], p.steel)
    p.polygon([(20, 70), (26, 61), (35, 66), (31, 70)], p.steel)
    p.line([(26, 66), (14, 82)], 7, p.body)
    for step in range(3):
        p.disc(24 - step * 4, 68.8 + step * 5.2, 0.9, p.metal)


@shape
def blender(p: Pen) -> None:
    p.polygon([(33, 18), (68, 18), (63, 58), (38, 58)], p.glass)
    p.polygon([(36, 34), (66, 34), (63, 58), (38, 58)], p.accent)
    p.arc(58, 22, 80, 52, 280, 80, 3, p.steel)
    p.rounded(31, 13, 70, 19, 2, p.ink)
    p.polygon([(37, 58), (64, 58), (72, 84), (29, 84)], p.body)
    p.disc(50.5, 71, 5, p.pale)
    p.disc(50.5, 71, 3.4, p.deep)
    p.rounded(29, 82, 72, 85, 1.2, p.dark)


@shape
def kettle(p: Pen) -> None:
    p.arc(54, 28, 86, 68, 285, 75, 5, p.ink)
    p.polygon([(32, 40), (16, 30), (20, 28), (36, 34)], p.dark)
    p.blob([(35, 30), (50, 27), (65, 30), (72, 62), (70, 77), (50, 79), (30, 77), (28, 62)], p.body)
    p.rounded(27, 76, 73, 82, 2.5, p.ink)
    p.ellipse(36, 24, 64, 33, p.light)
    p.rounded(46, 19, 54, 26, 2.5, p.ink)


@shape
def coffee_maker(p: Pen) -> None:
    p.rounded(24, 16, 76, 84, 5, p.body)
    p.rounded(36, 36, 76, 78, 2, p.deep)
    p.rounded(44, 36, 62, 42, 1.5, p.steel)
    p.polygon([(42, 50), (66, 50), (68, 75), (40, 75)], p.glass)
    p.polygon([(41, 60), (67, 60), (68, 75), (40, 75)], (72, 44, 30))
    p.arc(62, 52, 78, 70, 280, 80, 2.4, p.ink)
    p.disc(30, 26, 2.4, p.accent)
    p.rounded(38, 21, 70, 30, 1.5, p.dark)
    p.rounded(24, 78, 76, 84, 2, p.dark)


@shape
def toaster(p: Pen) -> None:
    p.rounded(28, 24, 44, 46, 4, (203, 150, 88))
    p.rounded(54, 24, 70, 46, 4, (203, 150, 88))
    p.rounded(14, 36, 84, 78, 10, p.body)
    p.rounded(22, 36, 76, 41, 2, p.deep)
    p.rounded(84, 48, 89, 54, 1.5, p.ink)
    p.disc(72, 64, 4, p.pale)
    p.disc(72, 64, 2.6, p.dark)
    p.rounded(20, 77, 78, 81, 1.5, p.ink)
    p.label(38, 62, 30, p.pale, height=5)


@shape
def airfryer(p: Pen) -> None:
    p.blob([(30, 18), (50, 15), (70, 18), (78, 40), (77, 72), (70, 82), (50, 84), (30, 82), (23, 72), (22, 40)], p.body)
    p.rounded(25, 50, 75, 79, 6, p.dark)
    p.rounded(41, 58, 59, 64, 2.5, p.ink)
    p.rounded(45, 60, 55, 78, 2.5, p.ink)
    p.rounded(36, 26, 64, 40, 4, p.screen)
    p.arc(44, 28, 56, 40, 150, 390, 1.2, p.accent)


@shape
def mug(p: Pen) -> None:
    p.arc(56, 38, 86, 70, 270, 90, 5.5, p.dark)
    p.rounded(24, 28, 70, 78, 8, p.body)
    p.ellipse(24, 23, 70, 35, p.light)
    p.ellipse(27, 25, 67, 33.6, (76, 48, 34))
    if p.style % 2:
        p.rounded(24, 60, 70, 65, 0, p.pale)


@shape
def plate(p: Pen) -> None:
    p.disc(50, 50, 35, p.dark)
    p.disc(50, 49, 35, p.body)
    p.ring(50, 49, 32, 1, p.accent if p.style % 2 else p.light)
    p.disc(50, 49, 24, p.light)
    p.disc(50, 49.6, 22.5, p.body)


@shape
def wine_glass(p: Pen) -> None:
    for x in (34, 66):
        p.blob(
            [(x - 11, 18), (x, 17), (x + 11, 18), (x + 12, 36), (x + 5, 48), (x, 50), (x - 5, 48), (x - 12, 36)],
            p.glass,
        )
        p.blob([(x - 12, 34), (x, 32.4), (x + 12, 34), (x + 5, 47), (x, 49), (x - 5, 47)], p.body)
        p.rounded(x - 1.1, 48, x + 1.1, 80, 1, p.glass)
        p.ellipse(x - 12, 78, x + 12, 83, p.glass)


@shape
def container(p: Pen) -> None:
    for x0, y0, x1, y1 in ((14, 30, 56, 60), (46, 46, 88, 82), (16, 58, 50, 82)):
        p.rounded(x0, y0 + 3, x1, y1, 4, p.glass)
        p.rounded(x0 + 3, y0 + 11, x1 - 3, y1 - 3, 3, p.accent if x0 == 46 else p.pale)
        p.rounded(x0 - 1.5, y0, x1 + 1.5, y0 + 6, 2.5, p.body)
