"""The passwords that are tried first: the most common ones of eight characters and more in lists of stolen ones, in
lower case, and words that become such with digits behind them."""

COMMON = frozenset(
    """
    1234567890 123123123 12341234 87654321 11223344 123454321 147258369 147852369 159357159 789456123 123321123
    12344321 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 q1w2e3r4 q1w2e3r4t5 qazwsxedc qazwsx123
    zaq12wsx zaq1zaq1 zxcvbnm zxcvbnm1 zxcvbnm123 asdfghjkl asdfasdf asdf1234 qweasdzxc qwer1234 qwertyui qwertyuiop
    qwerty qwerty12 qwerty123 qwertz qwertzuiop azerty azertyuiop qweqweqwe 123qweasd 123qwe123 abcd1234 abc12345
    abcdefgh abcdef123 a1234567 a12345678 a1b2c3d4 aa123456 aa12345678 1password password passwort motdepasse
    contraseña senha parola passw0rd p@ssword p@ssw0rd pa55word pa$$word passpass pass1234 password1 password123 letmein
    letmein1 letmeinnow welcome welcome1 welcome123 iloveyou iloveyou1 iloveu2 ilovegod lovelove loveyou lovely sunshine
    princess princess1 football football1 baseball baseball1 basketball hockey soccer superman batman spiderman pokemon
    starwars startrek trustno1 whatever whatever1 computer internet internet1 samsung samsung1 google facebook youtube
    twitter instagram linkedin windows microsoft apple1234 changeme changeme1 default administrator admin admin123
    adminadmin admin1234 root1234 rootroot toor1234 test1234 testtest testing testing1 testpass guest1234 user1234
    temp1234 temppass secret secret123 topsecret master master12 mustang shadow shadow12 dragon dragon12 monkey monkey12
    michelle michael michael1 jennifer jennifer1 jessica jessica1 ashley12 charlie charlie1 charlotte alexander
    alexandra christian christina christine christopher elizabeth nicholas nicole12 patricia victoria veronica samantha
    benjamin danielle danielle1 stephanie jonathan joshua12 matthew1 anthony1 andrew12 gabriel1 isabella natalie1
    barcelona liverpool liverpool1 chelsea1 arsenal1 manchester juventus realmadrid bayern12 steelers cowboys1 yankees1
    lakers24 eagles12 rangers1 chicago1 newyork1 california australia brooklyn melbourne scotland portugal
    blink182 metallica slipknot nirvana1 eminem12 rockstar1 rockandroll guitar12 chocolate chocolate1 butterfly
    butterfly1 strawberry buttercup snowball snowflake snickers sunflower sunflower1 rainbow1 unicorn1 precious
    precious1 beautiful beautiful1 babygirl babygirl1 sweetheart sweetie1 cupcake1 cutiepie pumpkin1 peanut12 cookie12
    cheese12 banana12 pineapple orange12 november december september february january1 saturday thursday midnight
    midnight1 summer12 winter12 spring12 autumn12 hellohello hello123 hello1234 goodluck goodbye1 lucky777 money123
    mercedes porsche1 corvette ferrari1 harley12 yamaha12 suzuki12 maverick gangster killer12 hunter12 ranger12
    slayer12 warcraft minecraft counterstrike nintendo playstation xbox3600 matrix12 terminator gandalf1 skywalker
    einstein leonardo michelangelo mountain universe universal infinity paradise adventure freedom1 forever1 forever21
    jesus123 blessed1 heaven12 trinity1
    emporium emporium1 emporium123 shopping shopping1
    """.split()  # noqa: SIM905  (a literal of hundreds would fill pages)
)
