"""Silhouettes of things with a plug or a battery."""

from demo.pictures.pen import Pen, mix, shape


@shape
def laptop(p: Pen) -> None:
    p.rounded(20, 24, 80, 66, 2.5, p.dark)
    p.rounded(22, 26, 78, 63, 1.2, p.screen)
    p.polygon([(22, 63), (22, 44), (46, 26), (78, 26), (78, 34)], mix(p.screen, p.accent, 0.45))
    p.polygon([(22, 63), (22, 52), (66, 26), (78, 26), (78, 46), (52, 63)], mix(p.screen, p.accent, 0.7))
    p.polygon([(20, 66), (80, 66), (89, 76), (11, 76)], p.body)
    p.polygon([(26, 67.5), (74, 67.5), (78, 72), (22, 72)], p.deep)
    p.polygon([(42, 73), (58, 73), (59.5, 75.5), (40.5, 75.5)], p.light)
    p.rounded(11, 75.5, 89, 78, 1.2, p.dark)


@shape
def tablet(p: Pen) -> None:
    p.rounded(27, 14, 73, 84, 4, p.body)
    p.rounded(30, 18, 70, 80, 1.5, p.screen)
    p.polygon([(30, 60), (42, 50), (56, 58), (70, 44), (70, 78), (50, 80), (30, 78)], mix(p.screen, p.accent, 0.7))
    for row in range(2):
        for column in range(4):
            p.rounded(
                34 + column * 8.5, 24 + row * 9, 40 + column * 8.5, 30 + row * 9, 1.4, mix(p.white, p.accent, 0.4)
            )


@shape
def phone(p: Pen) -> None:
    p.rounded(22, 16, 52, 82, 5, p.body)
    p.rounded(25, 19, 39, 35, 3.5, p.dark)
    for x, y in ((29, 23.5), (35, 23.5), (29, 30.5)):
        p.disc(x, y, 2.6, p.ink)
        p.disc(x, y, 1.1, p.steel)
    p.label(37, 60, 16, p.light, height=3)
    p.rounded(47, 16, 78, 84, 5, p.deep)
    p.rounded(48.6, 17.6, 76.4, 82.4, 4, p.screen)
    p.polygon([(49, 62), (58, 50), (68, 58), (76, 46), (76, 80), (62, 82), (49, 80)], mix(p.screen, p.accent, 0.75))
    p.rounded(58, 20, 67, 22.4, 1.2, p.ink)


@shape
def monitor(p: Pen) -> None:
    p.rounded(12, 20, 88, 66, 2, p.dark)
    p.rounded(13.5, 21.5, 86.5, 63.5, 1, p.screen)
    p.polygon([(14, 56), (30, 40), (46, 52), (64, 34), (86, 46), (86, 63), (14, 63)], mix(p.screen, p.accent, 0.65))
    p.disc(68, 31, 4, mix(p.accent, p.white, 0.5))
    p.polygon([(45, 66), (55, 66), (57, 78), (43, 78)], p.body)
    p.rounded(32, 77.5, 68, 81, 1.6, p.dark)


@shape
def television(p: Pen) -> None:
    p.rounded(7, 22, 93, 72, 1.4, p.ink)
    p.rounded(8.2, 23.2, 91.8, 70, 0.6, mix(p.screen, p.accent, 0.25))
    p.polygon([(8.2, 62), (30, 46), (44, 56), (62, 36), (92, 52), (92, 70), (8.2, 70)], mix(p.accent, p.screen, 0.35))
    p.disc(28, 36, 6, mix(p.accent, p.white, 0.55))
    p.line([(22, 73), (17, 79)], 1.8, p.steel)
    p.line([(78, 73), (83, 79)], 1.8, p.steel)


@shape
def headphones(p: Pen) -> None:
    p.arc(24, 16, 76, 76, 180, 360, 6, p.body)
    p.arc(27, 19, 73, 73, 205, 335, 2, p.light)
    for side in (-1, 1):
        x = 50 + side * 25
        p.rounded(x - 8, 45, x + 8, 76, 7.5, p.dark)
        inner = x - side * 6
        p.rounded(inner - 5, 47, inner + 5, 74, 5, p.deep)
        p.rounded(x + side * 3 - 3, 52, x + side * 3 + 3, 69, 3, p.body)
    p.disc(78, 60, 1.2, p.accent)


@shape
def earbuds(p: Pen) -> None:
    p.rounded(28, 54, 72, 82, 12, p.body)
    p.rounded(28, 54, 72, 64, 5, p.light)
    p.line([(29, 64), (71, 64)], 0.8, p.dark)
    p.disc(50, 70, 1, p.accent)
    for side in (-1, 1):
        x = 50 + side * 14
        p.disc(x, 30, 8, p.body)
        p.rounded(x - 2.6, 30, x + 2.6, 50, 2.6, p.body)
        p.ellipse(x - side * 3 - 4, 25, x - side * 3 + 4, 35, p.deep)


@shape
def speaker(p: Pen) -> None:
    p.rounded(30, 16, 70, 84, 9, p.body)
    p.rounded(33, 19, 67, 81, 7, p.dark)
    p.disc(50, 58, 14, p.deep)
    p.disc(50, 58, 11, p.body)
    p.disc(50, 58, 4.5, p.deep)
    p.disc(50, 31, 7, p.deep)
    p.disc(50, 31, 3, p.light)
    p.label(50, 76, 20, p.pale, height=3)


@shape
def soundbar(p: Pen) -> None:
    p.rounded(8, 48, 92, 62, 5, p.dark)
    p.rounded(10, 50, 90, 60, 4, p.body)
    for column in range(26):
        p.line([(16 + column * 2.7, 52), (16 + column * 2.7, 58)], 0.6, p.deep)
    p.disc(86.5, 55, 1, p.accent)
    p.rounded(16, 62, 24, 64, 0.5, p.ink)
    p.rounded(76, 62, 84, 64, 0.5, p.ink)


@shape
def camera(p: Pen) -> None:
    p.polygon([(40, 28), (44, 21), (60, 21), (64, 28)], p.dark)
    p.rounded(16, 28, 84, 74, 5, p.body)
    p.rounded(16, 38, 84, 66, 0, p.deep)
    p.disc(52, 52, 20, p.ink)
    p.ring(52, 52, 17.5, 1.2, p.steel)
    p.disc(52, 52, 13, p.screen)
    p.disc(52, 52, 8, mix(p.screen, p.accent, 0.5))
    p.disc(48, 48, 2.6, p.glass)
    p.rounded(20, 24, 30, 28, 1, p.steel)
    p.label(25, 33, 14, p.pale, height=3)
    p.rounded(72, 32, 80, 36, 1, p.pale)


@shape
def smartwatch(p: Pen) -> None:
    p.polygon([(40, 34), (60, 34), (57, 10), (43, 10)], p.body)
    p.polygon([(40, 66), (60, 66), (57, 90), (43, 90)], p.body)
    p.rounded(33, 30, 67, 70, 9, p.steel)
    p.rounded(35, 32, 65, 68, 7.5, p.screen)
    p.arc(41, 41, 59, 59, 270, 180, 2.2, p.accent)
    p.arc(44.5, 44.5, 55.5, 55.5, 270, 90, 2.2, p.light)
    p.rounded(67, 45, 69.5, 54, 1.2, p.metal)


@shape
def keyboard(p: Pen) -> None:
    p.rounded(8, 36, 92, 68, 4, p.dark)
    p.rounded(10, 37, 90, 65, 3, p.body)
    for row in range(4):
        for column in range(13):
            x, y = 13 + column * 5.75, 40 + row * 6
            tone = p.accent if (row, column) in ((0, 0), (2, 12)) else p.pale if (row + column) % 7 else p.light
            if not (row == 3 and 3 <= column <= 8):
                p.rounded(x, y, x + 4.8, y + 5, 1, tone)
    p.rounded(13 + 3 * 5.75, 58, 13 + 8 * 5.75 + 4.8, 63, 1, p.pale)


@shape
def mouse(p: Pen) -> None:
    p.blob([(50, 20), (66, 26), (70, 50), (66, 76), (50, 83), (34, 76), (30, 50), (34, 26)], p.body)
    p.line([(50, 20), (50, 46)], 0.9, p.deep)
    p.arc(30, 26, 70, 62, 20, 160, 0.9, p.dark)
    p.rounded(47.5, 28, 52.5, 40, 2.5, p.ink)
    p.rounded(48.8, 31, 51.2, 37, 1, p.accent)


@shape
def charger(p: Pen) -> None:
    p.line([(58, 72), (74, 80), (84, 66), (80, 44), (70, 34), (80, 22)], 2.4, p.light)
    p.rounded(24, 30, 58, 76, 7, p.body)
    p.rounded(33, 20, 36.5, 31, 0.6, p.steel)
    p.rounded(45, 20, 48.5, 31, 0.6, p.steel)
    for row in range(2 + p.style % 2):
        p.rounded(35, 56 + row * 6, 47, 59.4 + row * 6, 1.5, p.ink)
    p.label(41, 44, 22, p.deep if p.body[0] > 120 else p.pale, height=4)


@shape
def powerbank(p: Pen) -> None:
    p.rounded(32, 16, 68, 84, 6, p.body)
    p.rounded(34, 18, 66, 82, 5, p.light)
    p.rounded(42, 14.5, 49, 17.5, 0.8, p.ink)
    p.rounded(52, 14.5, 59, 17.5, 0.8, p.ink)
    for dot in range(4):
        p.disc(44 + dot * 4, 26, 1, p.accent if dot < 3 else p.dark)
    p.label(50, 52, 26, p.deep, height=5)


@shape
def gamepad(p: Pen) -> None:
    outline = [(28, 32), (50, 35), (72, 32), (84, 46), (87, 70), (78, 76), (66, 62), (50, 61), (34, 62), (22, 76)]
    p.blob([*outline, (13, 70), (16, 46)], p.body)
    p.rounded(24, 42, 36, 46, 0.8, p.deep)
    p.rounded(28, 38, 32, 50, 0.8, p.deep)
    for x, y, tone in ((70, 39, p.accent), (75, 44, p.pale), (70, 49, p.light), (65, 44, p.pale)):
        p.disc(x, y, 2.4, tone)
    for x in (40, 60):
        p.disc(x, 54, 5, p.ink)
        p.disc(x, 54, 3.4, p.steel)
    p.disc(50, 43, 2, p.accent)


@shape
def router(p: Pen) -> None:
    for x in (24, 41, 59, 76):
        p.rounded(x - 1.4, 22, x + 1.4, 62, 1.4, p.dark)
    p.rounded(14, 58, 86, 74, 5, p.body)
    p.rounded(14, 66, 86, 74, 4, p.dark)
    for dot in range(5):
        p.disc(36 + dot * 7, 62.5, 1, p.accent if dot % 2 else p.pale)


@shape
def drive(p: Pen) -> None:
    p.rounded(30, 18, 70, 82, 6, p.body)
    p.rounded(33, 21, 67, 60, 4, p.light)
    p.rounded(44, 80.5, 56, 83, 0.6, p.ink)
    p.label(50, 70, 26, p.pale, height=5)
    p.disc(62, 27, 1.4, p.accent)
