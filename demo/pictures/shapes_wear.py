"""Silhouettes of what is worn or carried, and of what is kept in a bathroom."""

from demo.pictures.pen import Pen, shape


@shape
def tee(p: Pen) -> None:
    p.polygon([(36, 18), (64, 18), (84, 32), (76, 46), (68, 41), (69, 84), (31, 84), (32, 41), (24, 46), (16, 32)], p.body)
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
    p.polygon([(36, 17), (64, 17), (82, 28), (88, 74), (78, 76), (70, 44), (70, 85), (30, 85), (30, 44), (22, 76), (12, 74), (18, 28)], p.body)
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
    p.blob([(36, 17), (50, 21), (64, 17), (80, 26), (90, 72), (78, 76), (70, 46), (71, 80), (50, 82), (29, 80), (30, 46), (22, 76), (10, 72), (20, 26)], p.body)
    p.rounded(29, 77, 71, 84, 2, p.dark)
    p.polygon([(77, 72), (90, 69), (91, 77), (79, 80)], p.dark)
    p.polygon([(23, 72), (10, 69), (9, 77), (21, 80)], p.dark)
    p.arc(38, 9, 62, 27, 10, 170, 3.4, p.dark)
    for row in range(6 if p.style % 2 else 0):
        for x in (40, 50, 60):
            p.line([(x - 2, 36 + row * 6.5), (x, 39 + row * 6.5), (x + 2, 36 + row * 6.5)], 0.8, p.light)


@shape
def jacket(p: Pen) -> None:
    p.polygon([(35, 16), (65, 16), (83, 26), (90, 76), (78, 78), (71, 46), (72, 86), (28, 86), (29, 46), (22, 78), (10, 76), (17, 26)], p.body)
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
    p.blob([(38, 24), (50, 28), (62, 24), (62, 36), (59, 44), (70, 64), (79, 84), (50, 88), (21, 84), (30, 64), (41, 44), (38, 36)], p.body)
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
def socks(p: Pen) -> None:
    for x, tone in ((0, p.dark), (18, p.body)):
        p.blob([(24 + x, 16), (44 + x, 16), (44 + x, 52), (56 + x, 66), (58 + x, 78), (46 + x, 82), (28 + x, 68), (24 + x, 52)], tone)
        p.rounded(23 + x, 14, 45 + x, 23, 2, p.pale)
        p.rounded(24 + x, 30, 44 + x, 34, 0, p.accent)


@shape
def scarf(p: Pen) -> None:
    p.blob([(30, 20), (50, 28), (70, 20), (76, 34), (50, 46), (24, 34)], p.body)
    p.polygon([(40, 36), (57, 40), (54, 84), (34, 84)], p.dark)
    p.polygon([(48, 38), (64, 34), (72, 76), (54, 79)], p.body)
    for y in (50, 58, 66):
        p.line([(52 + (y - 50) * 0.1, y), (66.4 + (y - 50) * 0.2, y - 3)], 1.6, p.light)
    for x in range(35, 55, 3):
        p.line([(x, 84), (x, 89)], 0.7, p.dark)


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
