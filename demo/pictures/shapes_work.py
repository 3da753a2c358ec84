"""Silhouettes for garden, workshop and desk."""

from demo.pictures.pen import Pen, shape


@shape
def plant_pot(p: Pen) -> None:
    for tip, tone in (
        ((28, 18), p.leaf),
        ((72, 16), p.leaf),
        ((50, 8), (86, 136, 82)),
        ((18, 36), (86, 136, 82)),
        ((82, 36), p.leaf),
    ):
        x, y = tip
        p.blob([(50, 52), ((50 + x) / 2 - 6, (50 + y) / 2), (x, y), ((50 + x) / 2 + 6, (50 + y) / 2 + 3)], tone)
    p.polygon([(30, 54), (70, 54), (64, 86), (36, 86)], p.body)
    p.rounded(27, 49, 73, 58, 2, p.light)
    p.polygon([(56, 58), (69, 58), (64, 86), (56, 86)], p.dark)


@shape
def spade(p: Pen) -> None:
    p.arc(40, 6, 60, 24, 150, 390, 3.4, p.body)
    p.rounded(48, 16, 52, 56, 1.5, p.wood)
    p.rounded(46.6, 48, 53.4, 60, 1.4, p.ink)
    p.blob([(36, 56), (50, 54), (64, 56), (65, 72), (50, 90), (35, 72)], p.metal)
    p.line([(50, 60), (50, 82)], 1, p.steel)


@shape
def trowel(p: Pen) -> None:
    p.line([(74, 22), (58, 40)], 8, p.body)
    p.line([(60, 38), (50, 49)], 3, p.steel)
    p.blob([(54, 44), (56, 58), (40, 74), (22, 80), (28, 62), (42, 48)], p.metal)
    p.line([(48, 52), (30, 72)], 1, p.steel)


@shape
def pruner(p: Pen) -> None:
    p.line([(50, 44), (32, 86)], 6, p.body)
    p.line([(52, 44), (70, 84)], 6, p.dark)
    p.blob([(49, 46), (44, 32), (54, 12), (57, 30), (54, 44)], p.metal)
    p.blob([(52, 46), (60, 36), (66, 22), (60, 20), (52, 38)], p.steel)
    p.disc(51, 46, 4, p.ink)


@shape
def hose(p: Pen) -> None:
    for radius in (31, 25, 19):
        p.ring(48, 54, radius, 5, p.body if radius != 25 else p.dark)
    p.line([(76, 66), (88, 74)], 5, p.body)
    p.rounded(84, 70, 95, 80, 2, p.accent)
    p.rounded(42, 20, 54, 32, 2, p.ink)


@shape
def watering_can(p: Pen) -> None:
    p.arc(24, 12, 62, 60, 175, 350, 3.4, p.dark)
    p.line([(60, 68), (86, 34)], 5, p.dark)
    p.polygon([(78, 32), (90, 24), (95, 36), (85, 42)], p.light)
    p.rounded(22, 38, 64, 82, 5, p.body)
    p.ellipse(22, 34, 64, 44, p.light)
    p.rounded(22, 58, 64, 62, 0, p.dark)


@shape
def mower(p: Pen) -> None:
    p.line([(40, 52), (16, 18), (12, 16)], 2.4, p.ink)
    p.blob([(26, 52), (44, 44), (72, 46), (86, 58), (86, 70), (26, 72)], p.body)
    p.rounded(48, 36, 70, 50, 4, p.dark)
    p.rounded(53, 39, 65, 42, 1, p.accent)
    for x, radius in ((32, 11), (78, 9)):
        p.disc(x, 82 - radius, radius, p.ink)
        p.disc(x, 82 - radius, radius * 0.5, p.steel)


@shape
def grill(p: Pen) -> None:
    for x0, x1 in ((34, 26), (66, 74)):
        p.line([(x0, 58), (x1, 86)], 2.4, p.steel)
    p.rounded(28, 74, 72, 76.4, 1, p.steel)
    p.blob([(16, 46), (24, 28), (50, 22), (76, 28), (84, 46)], p.body)
    p.polygon([(16, 46), (84, 46), (72, 62), (28, 62)], p.dark)
    p.rounded(14, 44, 86, 48, 2, p.metal)
    p.rounded(42, 15, 58, 19, 2, p.wood)
    p.line([(45, 19), (45, 24)], 1.4, p.steel)
    p.line([(55, 19), (55, 24)], 1.4, p.steel)
    p.disc(50, 36, 3, p.white)


@shape
def lounge_chair(p: Pen) -> None:
    for x in (22, 44, 76):
        p.line([(x, 62), (x + 3, 82)], 2.4, p.wood)
    p.line([(14, 26), (38, 60), (90, 62)], 3, p.wood)
    p.blob([(12, 22), (20, 20), (42, 52), (90, 54), (91, 60), (38, 60)], p.body)
    p.line([(20, 26), (41, 55), (88, 57)], 1, p.light)


@shape
def drill(p: Pen) -> None:
    p.line([(14, 34), (30, 34)], 2, p.steel)
    p.polygon([(28, 29), (40, 26), (40, 42), (28, 39)], p.ink)
    p.blob([(39, 22), (66, 20), (80, 26), (80, 42), (66, 47), (39, 46)], p.body)
    p.polygon([(58, 44), (76, 42), (70, 72), (52, 72)], p.body)
    p.rounded(55, 47, 59, 57, 1, p.ink)
    p.rounded(44, 70, 78, 84, 3, p.ink)
    p.rounded(48, 74, 60, 78, 1, p.accent)
    p.label(60, 33, 26, p.white, height=4)


@shape
def hammer(p: Pen) -> None:
    p.line([(62, 34), (30, 86)], 5.4, p.body)
    p.line([(42, 66), (30, 86)], 6.4, p.dark)
    p.blob([(44, 16), (60, 18), (72, 26), (82, 28), (86, 38), (76, 44), (66, 36), (54, 32)], p.steel)
    p.blob([(54, 16), (44, 16), (30, 24), (34, 14), (46, 10)], p.metal)


@shape
def wrench(p: Pen) -> None:
    for row, tone in enumerate((p.metal, p.steel, p.metal)):
        x = 24 + row * 24
        p.rounded(x - 3, 26, x + 3, 74 + row * 2, 2, tone)
        p.arc(x - 8.5, 12, x + 8.5, 29, 305, 595, 5, tone)
        p.ring(x, 78, 7.5, 3.4, tone)
    p.rounded(14, 44, 84, 54, 2.5, p.body)


@shape
def toolbox(p: Pen) -> None:
    p.arc(34, 18, 66, 56, 180, 360, 5, p.ink)
    p.rounded(12, 38, 88, 80, 4, p.body)
    p.rounded(12, 38, 88, 52, 3, p.dark)
    for x in (26, 66):
        p.rounded(x, 46, x + 8, 58, 1.5, p.metal)
    p.label(50, 67, 34, p.pale, height=6)


@shape
def saw(p: Pen) -> None:
    teeth = [(82 - step * 4, 62 + (2.4 if step % 2 else 0) - step * 0.7) for step in range(15)]
    p.polygon([(80, 38), (84, 62), *teeth, (22, 46)], p.metal)
    p.blob([(72, 34), (90, 30), (94, 50), (88, 68), (76, 66)], p.body)
    p.blob([(79, 42), (86, 40), (88, 50), (84, 59), (79, 57)], p.pale)


@shape
def pen(p: Pen) -> None:
    p.line([(24, 78), (68, 30)], 7, p.body)
    p.line([(60, 39), (76, 21)], 8, p.dark)
    p.polygon([(27, 80), (21, 75), (14, 88)], p.metal)
    p.line([(64, 32), (56, 44)], 1.6, (210, 170, 79))
    p.line([(56, 86), (84, 56)], 5, p.light)
    p.polygon([(58, 88), (53.4, 84), (48, 93)], p.metal)


@shape
def notebook(p: Pen) -> None:
    p.rounded(28, 16, 78, 86, 3, p.white)
    p.rounded(24, 14, 74, 84, 3, p.body)
    p.rounded(24, 14, 32, 84, 3, p.dark)
    p.rounded(66, 14, 68.4, 84, 0, p.accent)
    p.label(48, 38, 26, p.pale, height=5)
    p.line([(56, 84), (56, 91)], 1.4, p.accent)


@shape
def paper(p: Pen) -> None:
    for row in range(5):
        p.rounded(20 - row * 0.5, 70 - row * 9, 80 + row * 0.5, 80 - row * 9, 1, p.white if row % 2 else p.pale)
    p.polygon([(22, 34), (78, 34), (84, 24), (28, 24)], p.white)
    p.rounded(34, 40, 66, 74, 1.5, p.body)
    p.label(50, 57, 26, p.white, height=6)


@shape
def stapler(p: Pen) -> None:
    p.rounded(12, 68, 88, 76, 3, p.ink)
    p.polygon([(18, 62), (86, 56), (88, 64), (18, 68)], p.metal)
    p.blob([(14, 56), (30, 42), (60, 40), (86, 48), (89, 57), (20, 64)], p.body)
    p.line([(30, 47), (66, 45)], 1.4, p.light)


@shape
def folder(p: Pen) -> None:
    p.rounded(16, 22, 46, 36, 3, p.dark)
    p.rounded(16, 28, 84, 78, 3, p.dark)
    p.rounded(20, 26, 78, 70, 1, p.white)
    p.polygon([(12, 40), (88, 40), (84, 80), (16, 80)], p.body)
    p.rounded(40, 56, 60, 65, 1, p.white)


@shape
def desk(p: Pen) -> None:
    p.rounded(14, 46, 18, 84, 0.8, p.ink)
    p.rounded(82, 46, 86, 84, 0.8, p.ink)
    p.rounded(10, 82, 24, 85, 1, p.ink)
    p.rounded(76, 82, 90, 85, 1, p.ink)
    p.rounded(60, 46, 80, 60, 1, p.dark)
    p.rounded(67, 51, 73, 52.6, 0.6, p.metal)
    p.rounded(6, 40, 94, 47, 2, p.body)
    p.rounded(30, 20, 56, 36, 1, p.screen)
    p.rounded(42, 36, 44, 40, 0, p.steel)


@shape
def office_chair(p: Pen) -> None:
    p.rounded(48.4, 60, 51.6, 78, 1, p.steel)
    for x in (28, 40, 60, 72):
        p.line([(50, 76), (x, 83)], 2, p.ink)
        p.disc(x, 85, 2.4, p.ink)
    p.line([(26, 46), (26, 58), (36, 60)], 2.4, p.ink)
    p.line([(74, 46), (74, 58), (64, 60)], 2.4, p.ink)
    p.blob([(34, 12), (50, 9), (66, 12), (68, 44), (50, 49), (32, 44)], p.body)
    p.blob([(38, 16), (50, 14), (62, 16), (63, 30), (50, 33), (37, 30)], p.light)
    p.rounded(28, 52, 72, 63, 5, p.dark)


@shape
def printer(p: Pen) -> None:
    p.polygon([(30, 14), (70, 14), (72, 38), (28, 38)], p.white)
    p.rounded(16, 36, 84, 72, 5, p.body)
    p.rounded(16, 36, 84, 46, 4, p.light)
    p.rounded(60, 39, 76, 44, 1, p.screen)
    p.disc(54, 41.5, 1.4, p.accent)
    p.rounded(28, 56, 72, 62, 1, p.ink)
    p.polygon([(30, 60), (70, 60), (75, 84), (25, 84)], p.white)
    for row in range(3):
        p.line([(36, 67 + row * 4.6), (62, 67 + row * 4.6)], 0.8, p.steel)


@shape
def organizer(p: Pen) -> None:
    for x, height, tone in ((28, 20, p.accent), (36, 14, p.ink), (44, 24, p.steel), (64, 18, p.accent)):
        p.rounded(x, height, x + 3.4, 60, 1, tone)
    p.rounded(20, 42, 52, 82, 3, p.body)
    p.rounded(54, 34, 80, 82, 3, p.dark)
    p.rounded(16, 66, 84, 84, 3, p.light)


@shape
def art_case(p: Pen) -> None:
    p.rounded(14, 30, 86, 76, 4, p.body)
    p.rounded(18, 34, 82, 72, 2, p.white)
    tones = ((200, 50, 58), (232, 121, 47), (240, 201, 60), (63, 154, 87), (43, 87, 184), (108, 58, 99), (111, 74, 50))
    for column, tone in enumerate(tones):
        x = 22 + column * 8.4
        p.rounded(x, 40, x + 6, 68, 1.4, tone)
        p.polygon([(x, 40.5), (x + 6, 40.5), (x + 3, 35)], (228, 196, 150))
