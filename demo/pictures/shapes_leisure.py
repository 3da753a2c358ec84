"""Silhouettes of sport, play and pets."""

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
