"""Silhouettes of toys and of things for pets."""

from demo.pictures.pen import Pen, shape


@shape
def blocks(p: Pen) -> None:
    for x, y, tone in ((16, 56, p.body), (43, 56, p.accent), (70, 56, p.light), (29, 32, p.pale), (56, 32, p.dark)):
        wide = 25 if x < 70 else 18
        for stud in range(2):
            p.rounded(x + 3 + stud * wide / 2.2, y - 3.6, x + 10 + stud * wide / 2.2, y + 2, 1, tone)
        p.rounded(x, y, x + wide, y + 24, 2, tone)


@shape
def teddy(p: Pen) -> None:
    for x in (34, 66):
        p.disc(x, 22, 8, p.body)
        p.disc(x, 22, 4.6, p.pale)
    p.ellipse(30, 46, 70, 84, p.body)
    p.ellipse(37, 54, 63, 80, p.pale)
    p.disc(50, 34, 20, p.body)
    p.ellipse(41, 35, 59, 49, p.pale)
    for x in (43, 57):
        p.disc(x, 31, 2.2, p.ink)
    p.ellipse(47, 37, 53, 41.4, p.ink)
    p.ellipse(18, 46, 35, 62, p.body)
    p.ellipse(65, 46, 82, 62, p.body)
    for x in (33, 67):
        p.disc(x, 80, 9, p.body)
        p.disc(x, 81, 5, p.pale)


@shape
def car(p: Pen) -> None:
    p.blob([(8, 60), (14, 48), (28, 45), (38, 32), (60, 31), (74, 45), (90, 50), (93, 64), (50, 68), (10, 68)], p.body)
    p.polygon([(33, 45), (41, 35), (51, 35), (51, 45)], p.glass)
    p.polygon([(54, 45), (54, 35), (60, 35), (69, 45)], p.glass)
    p.rounded(8, 58, 93, 62, 1, p.accent)
    for x in (27, 73):
        p.disc(x, 68, 10, p.ink)
        p.disc(x, 68, 5, p.metal)


@shape
def train(p: Pen) -> None:
    p.rounded(50, 24, 82, 66, 3, p.body)
    p.rounded(47, 20, 85, 26, 2, p.dark)
    p.rounded(57, 31, 75, 44, 2, p.glass)
    p.rounded(16, 42, 54, 66, 5, p.accent)
    p.polygon([(23, 42), (20, 26), (32, 26), (29, 42)], p.dark)
    p.rounded(12, 64, 86, 70, 2, p.deep)
    for x in (24, 40, 60, 76):
        p.disc(x, 73, 7, p.ink)
        p.disc(x, 73, 3, p.pale)


@shape
def robot(p: Pen) -> None:
    p.line([(50, 22), (50, 12)], 1.4, p.steel)
    p.disc(50, 11, 3, p.accent)
    p.rounded(32, 20, 68, 44, 6, p.body)
    p.rounded(37, 26, 63, 38, 4, p.screen)
    for x in (44, 56):
        p.disc(x, 32, 3, p.accent)
    p.rounded(34, 47, 66, 72, 5, p.light)
    p.rounded(41, 53, 59, 63, 2, p.dark)
    for x in (22, 70):
        p.rounded(x, 48, x + 9, 68, 4, p.body)
    for x in (36, 53):
        p.rounded(x, 72, x + 11, 84, 3, p.dark)


@shape
def game_box(p: Pen) -> None:
    p.polygon([(16, 30), (70, 24), (70, 80), (16, 84)], p.body)
    p.polygon([(70, 24), (84, 30), (84, 78), (70, 80)], p.deep)
    p.polygon([(22, 50), (64, 46), (64, 74), (22, 77)], p.pale)
    p.label(43, 38, 40, p.pale, height=7)
    p.polygon([(30, 70), (36, 54), (42, 70)], p.accent)
    p.disc(52, 62, 6, p.dark)


@shape
def puzzle(p: Pen) -> None:
    p.rounded(16, 22, 84, 78, 2, p.white)
    tones = (p.body, p.light, p.accent, p.pale, p.dark)
    for row in range(3):
        for column in range(4):
            x, y = 18 + column * 16, 24 + row * 17.4
            p.rounded(x, y, x + 15.4, y + 16.8, 0.8, tones[(row * 2 + column * 3) % 5])
    for row in range(3):
        for column in range(3):
            p.disc(34 + column * 16, 32.5 + row * 17.4, 2.6, tones[(row * 2 + column * 3) % 5])
    p.rounded(64, 56, 86, 80, 0, p.white)
    p.polygon([(70, 64), (82, 60), (88, 72), (76, 78)], p.body)
    p.disc(86, 65, 3, p.body)


@shape
def kite(p: Pen) -> None:
    p.polygon([(54, 8), (80, 36), (46, 68), (24, 32)], p.body)
    p.polygon([(54, 8), (80, 36), (51, 33)], p.accent)
    p.polygon([(51, 33), (46, 68), (24, 32)], p.light)
    p.line([(46, 68), (38, 76), (46, 82), (34, 90)], 1, p.steel)
    for x, y in ((39, 76), (44, 83)):
        p.polygon([(x - 5, y - 3), (x + 5, y + 3), (x + 5, y - 3), (x - 5, y + 3)], p.accent)


@shape
def doll_house(p: Pen) -> None:
    p.polygon([(50, 12), (86, 40), (14, 40)], p.accent)
    p.rounded(18, 40, 82, 84, 1, p.body)
    for x in (24, 44, 64):
        p.rounded(x, 45, x + 13, 59, 1, p.pale)
        p.line([(x + 6.5, 45), (x + 6.5, 59)], 0.8, p.dark)
    p.rounded(43, 64, 57, 84, 1, p.dark)
    p.rounded(24, 65, 37, 78, 1, p.pale)
    p.rounded(64, 65, 77, 78, 1, p.pale)
    p.disc(50, 29, 5, p.pale)


@shape
def bowl(p: Pen) -> None:
    p.blob([(26, 40), (40, 32), (60, 32), (74, 40), (50, 48)], (146, 96, 62))
    p.polygon([(20, 42), (80, 42), (88, 76), (12, 76)], p.body)
    p.ellipse(20, 36, 80, 48, p.dark)
    p.ellipse(24, 36, 76, 46.4, (146, 96, 62))
    p.rounded(11, 73, 89, 79, 2.5, p.dark)
    p.label(50, 62, 34, p.pale, height=6)


@shape
def collar(p: Pen) -> None:
    p.ellipse(16, 26, 84, 72, p.dark)
    p.ellipse(22, 27, 78, 63, (226, 232, 238))
    p.arc(16, 26, 84, 72, 10, 170, 8, p.body)
    p.rounded(22, 52, 34, 66, 2, p.metal)
    p.ring(50, 74, 4, 1.2, p.metal)
    p.disc(50, 82, 6, (210, 170, 79))


@shape
def leash(p: Pen) -> None:
    p.arc(16, 20, 62, 76, 60, 400, 4, p.body)
    p.arc(26, 28, 72, 84, 200, 500, 4, p.dark)
    p.rounded(66, 16, 80, 36, 6, p.body)
    p.rounded(70, 20, 76, 31, 3, p.pale)
    p.rounded(20, 76, 28, 88, 2, p.metal)


@shape
def pet_bed(p: Pen) -> None:
    p.ellipse(8, 38, 92, 82, p.dark)
    p.ellipse(8, 34, 92, 74, p.body)
    p.ellipse(20, 38, 80, 66, p.deep)
    p.ellipse(22, 42, 78, 67, p.pale)
    p.rounded(44, 71, 56, 76, 1, p.white)


@shape
def bone(p: Pen) -> None:
    p.line([(30, 64), (70, 38)], 13, p.body)
    for x, y in ((25, 58), (31, 70), (69, 32), (75, 44)):
        p.disc(x, y, 9.4, p.body)
    p.line([(36, 58), (62, 41)], 1.6, p.light)


@shape
def cat_tree(p: Pen) -> None:
    p.rounded(16, 80, 84, 86, 2, p.dark)
    p.rounded(28, 34, 35, 80, 1, p.wood)
    p.rounded(64, 20, 71, 80, 1, p.wood)
    for y in range(38, 80, 4):
        p.line([(28.6, y), (34.4, y + 1.4)], 0.6, p.white)
        p.line([(64.6, y), (70.4, y + 1.4)], 0.6, p.white)
    p.rounded(16, 30, 48, 36, 3, p.body)
    p.rounded(52, 15, 86, 22, 3, p.body)
    p.rounded(38, 54, 82, 78, 4, p.body)
    p.disc(54, 66, 8, p.deep)


@shape
def aquarium(p: Pen) -> None:
    p.rounded(12, 26, 88, 80, 3, p.glass)
    p.rounded(14, 38, 86, 78, 1, (138, 197, 214))
    p.rounded(14, 70, 86, 78, 1, (214, 190, 150))
    for x, y in ((26, 44), (32, 50), (74, 42)):
        p.blob([(x, y), (x + 3, 60), (x + 1, 72), (x - 3, 72), (x - 3, 58)], p.leaf)
    for x, y in ((50, 52), (62, 60)):
        p.blob([(x - 7, y), (x, y - 4), (x + 6, y), (x, y + 4)], p.accent)
        p.polygon([(x + 4, y), (x + 10, y - 4), (x + 10, y + 4)], p.accent)
    p.rounded(10, 22, 90, 30, 2, p.body)


@shape
def packet(p: Pen) -> None:
    p.polygon([(28, 16), (72, 16), (76, 84), (24, 84)], p.body)
    p.polygon([(28, 12), (72, 12), (72, 19), (28, 19)], p.dark)
    p.blob([(50, 28), (66, 40), (64, 58), (50, 64), (36, 58), (34, 40)], p.pale)
    p.label(50, 46, 26, p.deep, height=6)
    p.rounded(34, 70, 66, 72.4, 1, p.light)
    p.rounded(40, 75, 60, 77, 1, p.light)
