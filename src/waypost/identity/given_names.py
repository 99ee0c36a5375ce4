"""Common given names, and forms of one name that letters do not show."""

from __future__ import annotations

from functools import cache

from waypost.identity.person_names import fold

__all__ = ["common_names", "given_names", "groups_of"]

_COMMON = """
achim adrian albert alexander alfred ali amelie andre andrea andreas angela angelika anita anja
anke anna anne annette anton antonia arne arno astrid barbara bastian beate ben benedikt benjamin
bernd bernhard berta bianca birgit birte bjoern bodo boris brigitte britta bruno carina carla
carlo carlos carmen carola carolin carsten cecilia celina chiara christa christel christian
christiane christina christine christoph claudia clara claus conny corinna cornelia daniel daniela
dana david denise dennis detlef dieter dietmar dirk dominik doris dorothea eberhard eckhard edith
egon ela elena elias elif elisa elisabeth elke ella ellen elsa emil emilia emily emma emre enno
eric erich erika ernst erwin esther eugen eva evelyn fabian fatma felix ferdinand finja finn
florian franz franziska frank franka fred frida friederike friedrich fritz gabriel gabriele georg
gerald gerd gerda gerhard gerrit gertrud gesa gisela greta gregor gudrun guenter guido gustav
hanna hannah hannes hanno hans harald hartmut hasan heidi heike heiko heiner heinrich heinz helena
helga helmut hendrik henning henri henry herbert herta hilde holger horst hubert hugo ida ilona
ilse ina ines ingo ingrid inge ingeborg irene iris irmgard isabel isabell ivan jakob jan jana
janina janine jannik jasmin jens jessica joachim johann johanna johannes jonas jonathan jorge
josef josefine juergen jule julia julian juliane julius justus jutta kai karin karina karl karla
karolina karsten katarina katharina kathrin katja katrin kemal kerstin kevin kim kira klara klaus
konrad konstantin kristin kristina kurt lara lars lasse laura lea lena lennart lennard leo leon
leonard leonie levin lia lieselotte lilli lina linda linus lisa liv lorenz lothar louis louisa
luca lucas lucia ludwig luis luisa lukas lutz magdalena maike maja malte mandy manfred manuel
manuela mara marc marcel marco marcus maren margarete margit margot maria marianne marie marina
mario marion marius mark markus marlene marlies marta martha martin martina marvin mathilda
matthias mattis maurice max maximilian mechthild mehmet melanie merle mia michael michaela
michelle mila milena miriam mohammed mona monika moritz murat mustafa nadine nadja natalie
natascha nele nico nicolas nicole niels niklas nils nina noah nora norbert olaf ole oleg olga
oliver olivia oskar oscar otto pascal patricia patrick paul paula pauline peter petra philipp pia
pierre quentin rafael raimund rainer ralf ramona raphael regina regine reinhard reinhold renate
rene rita robert robin roland rolf roman ronald ronja rosa rosemarie rosi rudolf ruediger ruth
sabine sabrina samuel sandra sara sascha saskia sebastian selina sibylle siegfried sigrid silke
silvia simon simone sina soenke sofia sonja sophie stefan stefanie steffen steffi stella sven
svenja swantje sylvia tamara tanja tarik tatjana theo theodor theresa thomas thorsten till tilo
tim timo tina tino tobias tom torben toni traute udo ulf uli ulrich ulrike ursula uta ute uwe
valentin vanessa vera verena veronika viktor viktoria vincent viola volker walter waltraud wanda
werner wiebke wilfried wilhelm willi wolfgang xaver yannick yasemin yusuf yvonne zoe adam alan
alice amanda amy andrew ann anthony arthur ashley bill bob brian bruce carol catherine charles
charlotte chris cindy craig deborah diana donald donna dorothy douglas edward eleanor elizabeth
ethan frances gary george grace hannah harry helen henry howard jack jacob james jane janet jason
jeff jennifer jerry jessica jim joan joe john joseph joshua joyce judith judy julie justin karen
keith kelly kenneth kimberly larry laura lily linda lisa logan lucy margaret mary matthew megan
melissa michelle mike nancy nathan nicholas pamela patricia paul peter rachel ralph raymond
rebecca richard roger ronald rose russell ryan samantha sarah scott sharon shirley sophia stephen
steven susan teresa terry theresa thomas timothy tyler virginia walter wayne william
"""

_GROUPS = """
alexander alex sascha sandro xander
alexandra alex sandra alexa
andreas andi andy
angelika geli angela
anna anne ann anni annie anja anka annika
antonia toni
anton toni
barbara babsi bärbel baerbel babette barbro
benjamin ben benni benny
bernhard bernd berni
bettina tina betti
brigitte birgit gitte gitta biggi
christian chris
christina christine christiane tina chris christel kirsten kerstin kristin christa
christoph chris stoffel
cornelia conny nele
daniel dani danny
daniela dani danny
dorothea doris dora thea dorte
edward ed eddie ted
elisabeth elizabeth lisa lise elli sissi lisbeth elsa else ilse bettina betty liz beth elise liesel
franziska franzi sissi
franz franzl
friedrich fritz fred friedel
friederike rike frieda
gabriele gabi gaby
georg schorsch george jörg joerg jürgen juergen
gerhard gerd gert
guenter günter günther
hannelore hanne lore
heinrich heiner heinz henry henri
helena lena helene leni
hildegard hilde
ingeborg inge inga
jakob jacob jake
james jim jimmy jamie
jennifer jenny jenni
jessica jessi
joachim achim jochen jo
johann johannes hans hannes jo john johnny jack jan jens
johanna hanna hannah jo joanna
jonathan jon jonny
josef joseph sepp jupp joe
josefine josephine fine
karl carl charles charlie
karoline carolin caroline karo caro line
katharina kathi käthe kaethe katrin kathrin katja kate kathy cathy kati katrin catherine katie
klaus nikolaus claus niklas nico nikolas nicholas nick nicolas
lieselotte lilo lotte
magdalena lena leni magda
manfred manni mani
margarete greta grete gretel margret margit rita marga margarita margaret maggie
maria marie mia mary mitzi marion mariechen
marianne maria anne nanni
markus marcus marc mark
matthias mathias matze mattias hias matt
matthew matt
maximilian max maxi
melanie mel melli
michael michi mike michel mick micha
michaela michi micha
mohammed mohammad muhammad mohamed mehmet mohamad muhammed
nicole nicki nici
patricia patty pat
patrick pat paddy
peter pit pete
philipp phil filip
rebecca becky becca
richard dick rick ricky
robert rob bob bobby robbie bert
rosemarie rosi rosa
rudolf rudi rolf
samuel sam sami
sebastian basti bastian wastl
siegfried sigi
sophie sofie sofia sophia
stefan stephan steffen steven stephen steve
stefanie steffi stephanie steffi
susanne susi sanne susan susanna sue
theodor theo ted
theresa resi therese teresa resi terry
thomas tom tommy
thorsten torsten toto
timothy tim
ulrich uli ulli
ulrike uli ulli rike
ursula uschi ulla
valentin valle
veronika vroni vera
victoria viktoria vicky vicki
viktor victor
waltraud traudl
wilhelm willi willy will william bill billy helmut
wolfgang wolfi wolf wolle
xaver franz
"""


@cache
def common_names() -> frozenset[str]:
    """Folded given names so common that one is hardly the other mistyped: Lena and Lina."""
    return frozenset(fold(name) for name in (*_COMMON.split(), *_GROUPS.split()))


@cache
def given_names() -> frozenset[str]:
    """The same names and their short forms as they are written, in small letters."""
    return frozenset((*_COMMON.split(), *_GROUPS.split()))


@cache
def _groups() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for name in dict.fromkeys(fold(one) for one in line.split()):
            found[name] = (*found.get(name, ()), number)
    return found


def groups_of(word: str) -> tuple[int, ...]:
    """Numbers of the groups of names that stand for each other and have the folded word."""
    return _groups().get(word, ())
