/* lang_words.c: see lang_words.h. Words as the folder leaves them, with and without their accents: frequent ones that a
 * few languages share at most, and those of a short cry for help. Written by hand. */
#include "text/lang_words.h"

#include "base/compiler.h"

const struct lang_words lang_words[] = {
	{ "en", "the i im and to of a is it you that in my me was for on with have this not be are but so do dont just its what at "
		"all like know how want feel can cant if no they she he we been am or from about would there out really when because "
		"think good morning evening afternoon night hello hi hey thanks thank please yes yeah okay today tomorrow yesterday "
		"week work sleep slept help talk tell ask were had has did does will could should some any very more much many then "
		"than who where why which by into over after before again still only even now here well get got go going went make "
		"made need lot little bit day days wanna gonna idk lol u ur your ive youre thats cause bc rn fr tbh ngl lmao pls omg "
		"never always something nothing someone anyone everyone them their our us his her him off up down too also back say "
		"said see one two time people life love hate tired sad bad mom dad mum " },
	{ "es", "que de no la el en y a los se un una por con para mi me lo es yo le te si las del esta estoy pero como muy ya "
		"quiero todo más mas su al nada cuando ha he soy tengo hay siento nadie eso porque vida hola buenos buenas días dias "
		"tardes noches gracias hoy ayer mañana manana semana trabajo dormir dormí dormi ayuda hablar quién quien dónde donde "
		"ahora aquí aqui bien mal sin pues entonces también tambien puedo puede hacer hago fue era estaba qué cómo está "
		"están estan estás estas así asi sé sí tú tu él mí solo sólo algo alguien siempre nunca mucho mucha tan esto ese esa "
		"eres sos vos ustedes usted nos ni voy va van ir fin ganas morir sola mejor peor casa mamá mama papá papa kiero xq "
		"pq tmb tqm q k porfa ando toy estoi desde hasta cada otra otro vez día dia noche mundo jaja jajaja tía tia tío tio "
		"wey parce boludo "
		"hacia entre contra durante mediante según segun aunque mientras mismo misma mismos nosotros ella ellas ellos aquel "
		"aquella cual cuales cualquier quienes cosa cosas gente persona personas año años ano mes meses hora horas dinero amigo "
		"amiga amigos hijo hija hijos hermano hermana padre madre familia hombre mujer nombre nuevo nueva grande pequeño buen "
		"buena malo mala primer primera parte lugar manera forma creo pienso digo dice dijo dicen decir veo ver sabe sabes saber "
		"sabía quieres quiere querer puedes pueden poder podría tiene tienes tienen tener tenía tuve haces hacen hizo hecho "
		"vamos vas vengo viene venir dar doy da salir llegar dejar pasa pasó pasado pasar gusta gustaría parece acuerdo claro "
		"verdad favor luego después despues antes todavía todavia aún acá allá allí ahí afuera dentro fuera arriba abajo menos "
		"bastante demasiado casi quizás quizas tal tanto tanta unos unas algún alguna algunos ningún ninguna este estos aquello "
		"os fui fueron será sería sea sean haya había habia han hemos has llevo sigo sentir sentía " },
	{ "fr", "je de la le et que les pas un une en est ne à a pour suis mon me des jai il elle qui ce vous nous mais tu ma dans "
		"sur avec plus tout cest moi veux rien quand sais quoi faire fait travail bonjour bonsoir salut merci oui non "
		"aujourdhui demain hier très tres bien mal sans aussi ça ca va vais cette son ses mes tes être etre avoir peux peut "
		"comme même meme jamais toujours trop depuis parce où ou jen jsuis jveux vie mort envie personne quelquun aidez aide "
		"maman papa y au aux du on dun dune sont était etait "
		"leur leurs notre nos votre vos celui celle ceux celles cet ces quel quelle quels quelles lui eux elles lequel dont donc "
		"alors ainsi pourtant cependant puis ensuite avant après apres pendant entre chez sous contre vers jusque selon autre "
		"autres chaque quelque quelques plusieurs certains beaucoup peu assez encore déjà deja bientôt maintenant souvent "
		"parfois tard tôt ici là ailleurs partout dehors peut-être seulement vraiment surtout presque homme femme gens enfant "
		"enfants ami amie amis père mère pere mere fille fils frère soeur famille maison argent année annee ans mois semaine "
		"jours jour heure heures temps chose choses fois mot nom pays ville avait avaient avais ont avons avez aura aurait soit "
		"étais etais étaient sera serait vas vont aller allez vient viens venir peuvent pouvez pouvons pouvoir pourrait doit "
		"dois doivent devoir faut fallait sait savoir savez veut veulent vouloir voulais voudrais dit dire dis disent voir vu "
		"vois prendre pris mettre mis donner donne parler parle comprendre comprends crois croire pense penser aime aimer sens "
		"sentir ressens bon bonne mauvais petit petite grand grande nouveau nouvelle seul seule dernier première premier " },
	{ "de", "ich und die der das nicht ist ein eine zu in mir mich es bin habe den mit ja so aber wie von auf kann will wir sie "
		"er mein was wenn mehr guten morgen hallo danke bitte nein heute gestern arbeit hab auch noch nur schon immer nie "
		"nichts alles jetzt hier gut schlecht sehr für fur über uber dass weil oder dann mal doch meine meinen einen einem "
		"dem des im am um bei nach vor seit bis weiss soll machen geht gehts leben sterben hilfe niemand jemand du dich dir "
		"uns euch ihr sein war wird werde "
		"ihn ihm ihnen ihre ihren ihrem ihrer seine seinen seinem seiner unser unsere euer diese dieser dieses diesen diesem "
		"jede jeder jedes alle allen andere anderen anderer welche welcher manche einige viele viel wenig wenige etwas ohne "
		"gegen durch zwischen unter hinter neben während wegen trotz ob obwohl damit daher deshalb trotzdem denn also sondern "
		"entweder weder sowohl sonst bereits bald oft manchmal selten wieder dort da drüben überall draußen drinnen vielleicht "
		"wirklich eigentlich ziemlich fast genug kaum ganz gar etwa ungefähr mann frau kind kinder leute freund freundin freunde "
		"vater mutter bruder schwester tochter sohn familie haus geld jahr jahre jahren monat woche wochen tag tage stunde zeit "
		"sache sachen ding name land stadt hatte hatten haben hast hat habt hätte waren wäre wären wurde wurden worden geworden "
		"können konnte könnte müssen muss musste müsste sollen sollte sollten dürfen darf wollen wollte möchte möchten mag gehen "
		"ging gegangen kommen kommt kam sagen sagt sagte sehen sieht gesehen nehmen genommen geben gibt gab sprechen reden "
		"verstehen verstehe glaube glauben denke denken liebe lieben fühle fühlen neu neue neuen groß große klein kleine allein "
		"letzte letzten erste ersten zum zur vom beim ins ans keine keinen keiner kein hin her los raus rein sich selbst man " },
	{ "pt", "durante dias que de não nao eu o a e um uma para com me meu minha se os em por mas como mais já ja estou isso quero você "
		"voce "
		"ele ela tudo muito vida sou tenho quando bom dia boa noite obrigado obrigada hoje ontem amanhã amanha trabalho "
		"ajuda bem mal sem também tambem está esta são sao foi era tô to tá ta vc pra pro né ne só so ninguém ninguem nada "
		"nunca sempre porque porquê fazer sei gente na no nas nos da do das dos ao seu sua ser ter vou vai quem onde aqui "
		"agora "
		"desde entre contra segundo embora enquanto assim mesmo mesma nós eles elas dele dela deles delas aquele aquela aquilo "
		"esse essa esses essas este estes estas qual quais qualquer coisa coisas pessoa pessoas ano anos mês mes meses hora "
		"horas dinheiro amigo amiga amigos filho filha filhos irmão irmã pai mãe família familia homem mulher nome novo nova "
		"grande pequeno pequena bons mau má primeiro primeira parte lugar maneira forma acho penso digo diz disse dizem dizer "
		"vejo ver sabe sabes saber sabia queres querer quer podes pode posso poder podia poderia tem tens têm tinha tive fazes "
		"faz fazem fez feito vamos vais venho vem vir dar dou dá sair chegar deixar passa passou passado gosto gosta parece "
		"acordo claro verdade favor depois antes ainda cá lá ali aí fora dentro cima baixo menos bastante demais quase talvez "
		"tal tão tanto tanta uns umas algum alguma alguns nenhum nenhuma fui foram será seria seja sejam haja havia há hei "
		"sentir sentia pelo pela pelos pelas num numa nele nela à às até ate toda todas todos todo cada outra outro outros "
		"outras direito pois então entao " },
	{ "it", "che di non la il e un una per con mi io sono ma lo le si in del ho come più piu tutto questo voglio mio mia perché "
		"capisco prego certo allora signore signora vero davvero penso credo posso può puo deve fatto quindi anchio veramente "
		"andiamo stai perche quando anche ciao buongiorno grazie oggi ieri domani lavoro fare cosa bene male senza molto poco "
		"sempre mai "
		"niente nessuno qualcuno vita sto sta siamo era stato gli della nel alla al da se chi dove qui adesso così cosi sei "
		"hai ha cè ce vivere morire aiuto "
		"loro nostro nostra vostro suo sua suoi sue mie miei tuo tua questa questi queste quello quella quelli quelle quale "
		"quali qualunque ogni ognuno tutti tutta tutte altro altra altri altre stesso stessa alcuni alcune nessun nessuna troppo "
		"troppa tanto tanta tanti abbastanza quasi forse già gia ancora poi dopo prima mentre durante fino contro verso tra fra "
		"sotto sopra dentro fuori vicino lontano insieme invece però pero oppure anzi dunque infatti cioè perciò affinché "
		"sebbene uomo donna gente persona persone bambino bambini amico amica amici padre madre figlio figlia fratello sorella "
		"famiglia casa soldi anno anni mese mesi settimana giorno giorni ora ore minuti tempo volta volte nome paese città citta "
		"parola modo parte abbia abbiamo avete hanno aveva avevo avere avrei avrebbe ero eri erano essere stata stati saro sarà "
		"sara sarebbe siete vado vai andare andato vengo viene venire vieni puoi possono possiamo potere potrei potrebbe devi "
		"devono dovrei dovresti dobbiamo dovere so sai sanno sapere vuole vuoi vogliono vogliamo volere vorrei dico dice dire "
		"detto dici vedo vedere visto prendere preso mettere dare dato parlare parlo capire capito credere pensi pensare amo "
		"amare piace sento sentire bella bello buona buono buoni brutto piccolo piccola grande nuovo nuova solo sola ultimo "
		"ultima primo prossimo quanto quanti quanta costa costano dal dalla dalle dai sul sulla sui sulle degli delle dei agli "
		"alle ai negli nelle nei col un' uno ne ci vi cui lui lei noi voi esso essa diritto individuo " },
	{ "tr", "bir ve bu ben çok cok artık artik için icin ne da de gibi ama daha beni değil degil yok var istemiyorum istiyorum "
		"benim kadar merhaba selam teşekkürler tesekkurler evet hayır hayir bugün bugun dün dun yarın yarin iş is bana sana "
		"sen o şu su her hiç hic hiçbir hicbir şey sey kimse neden nasıl nasil nerede iyi kötü kotu yaşamak yasamak ölmek "
		"olmek yardım yardim edin lütfen lutfen mi mı mu mü yorgunum kendimi "
		"biz siz onlar onun ona onu onlara bizim sizin senin benden bunu buna bunun şunu bunlar bazı bazi bütün butun tüm tum "
		"başka baska aynı ayni kendi kendime kendine göre gore sonra önce once şimdi simdi hemen hala hâlâ henüz belki sadece "
		"yalnız yalniz gerçekten gercekten oldukça biraz fazla az ile ya yada veya fakat ancak çünkü cunku eğer eger ki madem "
		"oysa rağmen ragmen karşı karsi üzere uzere adam kadın kadin insan insanlar çocuk cocuk arkadaş arkadas arkadaşım anne "
		"annem baba babam kardeş kardeşim aile ailem ev evde para yıl yil sene ay hafta gün gun günü gece sabah akşam aksam saat "
		"zaman kere defa isim ülke şehir oldu oluyor olur olmak olan olarak olsa olacak oldum olduğunu vardı vardi yoktu etmek "
		"ediyor ediyorum etti ettim yapmak yapıyorum yapiyorum yaptım yaptim yap gitmek gidiyorum gitti gittim gel geldi geliyor "
		"geliyorum söyle söyledi diyor dedi dedim görmek gördüm almak aldım vermek verdi konuş konuşmak anlamak anlıyorum "
		"biliyorum bilmiyorum düşünüyorum dusunuyorum seviyorum hissediyorum hissetmek istiyor istemek lazım lazim gerek "
		"gerekiyor yeni büyük küçük son ilk yine tekrar hep mıyım misin mısın musun değilim degilim dır dir " },
	{ "ar", "ana enta enti mish mesh msh 3ayez 3ayza badi biddi bidi abi abgha abghi ma fi mafi shu shou leh leish lesh wallah "
		"wallahi inshallah insha habibi habibti 3ashan 3alashan kteer ktir khalas 5alas yalla 7ayati nafsi kol kul shi 7aga "
		"haga mn el w bas keda kida hayda hatha tab tayeb ahlan salam marhaba amoot anta7er a3eesh "
		"من في على الى إلى إلي علي ان أن إن لا ما هذا هذه هذي هاي ذلك تلك الذي التي الذين انا أنا انت أنت انتي هو هي هم نحن احنا "
		"إحنا مع عن كل لكل كلها لم لن قد لقد كان كانت كنت يكون تكون عند عندي عندك معي معك مش مو مب ليس ليست لست ليش ليه شو ايش "
		"إيش وش شنو كيف ازاي إزاي وين فين متى امتى هل بس يا لي لك له لها لنا فيه فيها منه منها عليه عليها إليه بعد قبل بين تحت "
		"فوق حتى لكن لأن لان لاني لأني إذا اذا لو او أو ثم حين عندما كما مثل زي غير سوى جدا كثير كتير قليل شوي كمان ايضا أيضا "
		"الان الآن اليوم امس أمس بكرة بكره غدا دائما ابدا أبدا شي شيء حاجة اي أي احد أحد حد ناس الناس شخص رجل امرأة اطفال أطفال "
		"ابي أبي امي أمي اخي أخي اختي أختي صديق صديقي عائلة اهلي أهلي بيت البيت المدرسة الشغل العمل فلوس سنة سنين شهر يوم ايام "
		"أيام ليلة الليل الليلة صباح وقت مرة اسم اريد أريد ابغى أبغى بدي بدّي عايز عايزة عاوز عاوزة ودي حابب حابة اعرف أعرف "
		"ماعرف احس أحس بحس حاسس حاسة افكر أفكر اقول أقول قال قالت قلت اشوف أشوف راح رح اروح أروح جاء اجي أقدر اقدر بقدر يمكن "
		"ممكن لازم يجب خلاص تعبت تعبان تعبانة موت الموت اموت أموت حياة حياتي الحياة نفسي روحي قلبي الله والله شكرا مرحبا السلام "
		"نعم اه ايوا ايوه حق الحق فرد " },
	{ "zh", "wo ni ta bu shi de le hao xiang zai you mei meiyou zenme weishenme shenme women tamen zhe na hen dou ye hui neng "
		"yao qu lai shuo zhidao huozhe sile si jintian mingtian xiexie qing wei " },
	{ "nl", "ik de het een en niet is van dat in te op met maar voor mijn wil ben heb je zo als er nog ook geen aan naar bij wat "
		"hoe wie waar dit deze hallo goedemorgen dank bedankt vandaag morgen gisteren werk goed slecht heel veel meer moet "
		"kan zijn hij zij we jij mij me niemand iemand altijd nooit leven dood help hulp waarom omdat weet voel " },
	{ "pl", "nie na to się sie jest do że ze jak co mnie mi ale ja tak jestem już juz moje chcę chce dzień dzien dobry cześć "
		"czesc dziękuję dziekuje dziękuje dzisiaj dziś dzis jutro wczoraj praca pracy mam mogę moge jeszcze bardzo tylko "
		"wiem nic nikt dlaczego gdzie kiedy mój moj moja był byl była byla być byc żyć zyc życie zycie pomocy pomoc dla od "
		"po przez czuję czuje źle zle dobrze sobie nigdy zawsze tego " },
	{ "sv", "jag och att det är ar inte en som på pa för for med av den till har vi du han hon om så sa men mig min mitt vill "
		"kan ska vad hur när nar hej tack idag igår igar imorgon jobb bra dåligt daligt mycket mer ingen någon nagon aldrig "
		"alltid leva dö do hjälp hjalp vet känner kanner mår mar ett var från fran eller också ocksa bara " },
	{ "da", "jeg og at det er ikke en som på pa for med af den til har vi du han hun om så sa men mig min mit vil kan skal hvad "
		"hvordan når nar hej tak hei takk idag igår igar imorgen arbejde jobb godt dårligt darligt meget mer ingen noen "
		"nogen aldri aldrig alltid altid leve dø do hjelp hjælp vet ved føler foler et var fra eller også ogsa bare ønsker "
		"onsker lenger mere deg dig meg noe noget " },
	{ "fi", "minä mina mä ma sinä sina sä sa hän han me te he on ei en ja että etta se tämä tama joka mutta kun niin kuin myös "
		"myos vain jos olen ole olla oli haluan halua tiedä tieda mitä mita miksi miten missä missa kiitos hei moi tänään "
		"tanaan huomenna eilen työ tyo hyvä hyva huono paljon enää enaa kukaan mitään mitaan koskaan aina elää elaa kuolla "
		"apua minun minua mun voi voin jaksa väsynyt vasynyt yksin " },
	{ "cs", "já ja že ze se to je na do jsem jsi není neni jak co ale když kdyz mi mě me můj muj moje tak už uz nechci chci být "
		"byt bych dobrý dobry den ahoj děkuji dekuji dnes zítra zitra včera vcera práce prace mám mam můžu muzu velmi jen "
		"nic nikdo proč proc kde kdy žít zit život zivot umřít umrit pomoc pro od po který ktery která ktera také take ještě "
		"jeste nikdy vždy vzdy cítím citim špatně spatne dobře dobre nie som chcem nechcem neviem ako ďakujem dakujem čo " },
	{ "hu", "én en te ő mi ti az és es hogy nem is van vagyok egy ez de ha már mar csak meg mint mert akarok szeretnék szeretnek "
		"tudom miért miert hogyan hol mikor szia köszönöm koszonom ma holnap tegnap munka jó jo rossz nagyon több tobb senki "
		"semmi soha mindig élni elni élet elet meghalni segítség segitseg nekem engem velem kell lehet volt lesz fáradt "
		"faradt " },
	{ "ro", "eu și si nu este sunt am că ca să sa la de în in pe cu un mai dar ce cum când cand unde pentru mă ma mi te vreau "
		"pot știu stiu bună buna mulțumesc multumesc azi mâine maine ieri muncă munca bine rău rau foarte nimic nimeni "
		"niciodată niciodata mereu viața viata trăiesc traiesc trăi trai mor ajutor acum aici asta îmi imi meu mea fără fara " },
	{ "hr", "ja sam je da ne na se to što sto za od sa kao ali kad kada ako mi me moj moja hoću hocu želim zelim nisam nije bih "
		"biti dobar dan hvala danas sutra jučer jucer posao mogu samo ništa nista nitko niko zašto zasto gdje gde živjeti "
		"zivjeti živeti ziveti život zivot umrijeti pomoć pomoc više vise jako vrlo osjećam osjecam svi sve ovo " },
	{ "id", "saya aku kamu dia kami kita mereka tidak tak nggak gak ga bukan ini itu yang dan di ke dari untuk dengan ada mau "
		"ingin bisa akan sudah udah lagi sangat sekali apa kenapa mengapa bagaimana siapa terima kasih selamat pagi malam "
		"hari kerja hidup mati tolong capek lelah sendiri orang tapi karena kalau jika juga saja hanya banget " },
	{ "vi", "tôi toi mình minh em anh không khong là la và va của cua có co được duoc này nay cho với voi một mot những nhung "
		"muốn muon sống song chết chet nữa nua rất rat làm lam gì gi sao ai đã da đang dang sẽ se cảm cam ơn on xin chào "
		"chao hôm hom ngày ngay mai giúp giup mệt met buồn buon biết biet thấy thay người nguoi " },
	{ "tl", "ako ikaw siya kami tayo sila ang ng sa na ay mga hindi di wala may meron gusto ko mo ka niya ito iyan yan po opo "
		"salamat kumusta ngayon bukas kahapon trabaho mabuti masama lang pero kasi kung bakit paano saan sino ayoko ayaw "
		"mabuhay mamatay tulong pagod buhay lahat naman talaga " },
	{ "sw", "mimi wewe yeye sisi ninyi wao na ya wa kwa ni si la katika hii hiyo huyo sitaki nataka kuishi kufa tena asante "
		"habari jambo leo kesho jana kazi nzuri mbaya sana tu lakini sababu kama nini nani wapi lini msaada nisaidie "
		"nimechoka maisha watu hakuna kila siku ninahisi sijui najua " },
	{ "hi", "mai main mujhe mera meri mere tum tumhe aap hum nahi nahin hai hain ho hoon hun tha thi kya kyu kyun kyon kaise kab "
		"kahan kaun aur ya lekin par se ko ka ki ke mein me bahut bohot bohat accha acha theek thik jeena jina marna chahta "
		"chahti chahiye raha rahi karna kar karo zindagi koi kuch sab abhi aaj kal namaste shukriya dhanyavaad yaar bhai mat "
		"bas toh bhi apne apna madad " },
	{ "lt", "aš as tu jis ji mes jie ir kad yra ne nėra nera nebenoriu noriu gyventi gyvenimas mirti labai bet kaip kas kodėl "
		"kodel kur kada ačiū aciu šiandien siandien rytoj vakar darbas gerai blogai tik niekas nieko mano mane man su į iš "
		"is už uz apie padėkite padekite pagalba " },
	{ "ca", "jo tu ell ella nosaltres vosaltres amb però pero perquè perque és es són son sóc soc estic això aixo què que molt "
		"més mes avui ahir demà dema gràcies gracies bon dia res ningú ningu mai sempre viure vull puc tinc fer els les del "
		"dels una un el la no em meu meva hi ho cap aquí aqui ajuda treball "
		"vol volem volia aquest aquesta aquests aquestes aquell aquella nit dies anit ara després abans encara ja també tambe "
		"doncs si ni de al als en per sense sobre sota entre fins des tot tota tots totes molta poc massa cada altre altra "
		"altres mateix qual quan com qui quin quina ha han havia anat estat fet dit vist tenir té tens tenim faig fas fa fan "
		"vaig vas va van anar vindre podem poden saber sé sap crec penso sento sembla agrada casa feina treballar mare pare "
		"germà germana amic amiga família gent persona cosa coses morir vida mort sol sola trista cansat cansada sisplau adéu " },
	{ "af", "ek jy hy sy ons julle hulle die en nie is van dat in te op met maar vir my wil het so as ook geen aan na by wat hoe "
		"wie waar hierdie hallo dankie vandag môre more gister werk goed sleg baie meer moet kan niemand iemand altyd nooit "
		"lewe sterf hulp hoekom omdat weet voel " },
	{ "so", "waxaan aniga adiga isaga iyada annaga aan iyo waa waxa wax maya haa mahadsanid maanta berri shalay shaqo fiican aad "
		"laakiin maxaa sidee halkee noolaado dhinto caawimaad nolosha qof cidna " },
	{ "yo", "ó wọn won sí kò kì àti ati pẹ̀lú pelu fẹ́ láti lati wà ń gan ṣé báwo bawo kí kini ẹ ṣeun seun òní oni ọ̀la ola iṣẹ́ "
		"ise ayé aye kú gbé gbe jọ̀ọ́ joo jowo " },
	{ "ha", "kai shi ita wannan wani ina yana tana suna bana banda son rayuwa mutu mutuwa taimako nagode yau gobe jiya aiki "
		"sosai amma saboda don yaya kowa babu " },
	{ "sq", "unë une ajo ata dhe që është eshte jam nuk më të në një nje për per nga çfarë cfare pse kur dua jetoj jeta vdes "
		"punën punen bëj bej ndihmë ndihme faleminderit sot nesër neser dje punë pune shumë shume askush asgjë asgje " },
	{ "ru", "я не что это как мне и в на но хочу жить больше меня ты он она мы они у с по так все всё мой моя нет да уже если когда "
		"очень "
		"только ещё еще быть был была сегодня завтра привет спасибо помощь помогите никто ничего "
		"мной тебя тебе тобой его ему ней нее неё него них им нам нас вам вас вами себя себе свой своя свои своего наш наша ваш "
		"этот эта эти этого этой тот та те того той такой такая такие весь вся всех всем каждый каждая другой другая другие сам "
		"сама один одна одно одни два три кто кого кому чем чего чему где куда откуда почему зачем какой какая какие который "
		"которая которые которого сколько здесь тут там туда сюда тоже также опять снова потом теперь сейчас раньше позже давно "
		"скоро часто иногда редко почти совсем просто даже ведь же ли бы лишь именно может можно нельзя надо нужно должен должна "
		"должны хотя чтобы потому поэтому пока после перед через между около без для до за из из-за над под при про ради от об "
		"обо или либо ну вот вроде будто люди человек людей мужчина женщина дети ребенок ребёнок друг друзья подруга мама папа "
		"мать отец брат сестра семья дом деньги год года лет месяц неделя день дни дня ночь ночью утро утром вечер вечером час "
		"время раз имя слово дело вещь есть были было буду будет будут будем иду идти пошел пошла могу можешь можем могут смогу "
		"хочешь хочет хотел хотела знаю знаешь знает знать думаю думать вижу видеть говорю говорит говорить сказал сказала "
		"понимаю понять люблю любить чувствую чувствовать делаю делать сделать жизнь жизни умереть смерть плохо хорошо больно "
		"устал устала новый большой маленький последний первый такое имеет право " },
	{ "bg", "съм аз не да се че ще искам това какво много няма имам живея живот но като как защо кога къде днес утре здравей благодаря "
		"помощ повече вече ме ми си сме са нищо никой "
		"и в на с от за по до при без над под през след преди между около или ако то тя те ние вие той мен теб него нея "
		"нас вас тях моя моят моето моите твоя негов нейния наш ваш този тази тези онзи онази един една едно два две "
		"три всеки всяка всички всичко никога винаги често понякога още само също толкова колко тук там сега тогава "
		"вчера довечера вечер нощ нощта сутрин ден дни седмица месец година години е беше бях бяха бъда бъде бъдат сте "
		"имаш имаме имат нямам нямаш нямаме нямаше мога можеш може можем могат трябва трябваше знам знаеш знае знаят "
		"мисля мислиш правя прави искаш иска искаме исках чувствам чувства живее умра умирам умре смърт смъртта край "
		"краят боли болка уморен уморена тъжен тъжна плача спя сън помогнете помогни моля майка татко баща сестра брат "
		"приятел приятели дете деца семейство работа училище къща вкъщи хора човек някой нещо защото обаче въпреки "
		"докато откакто щом дали нито ето ли бих би било била били право правото свобода лице свободно равни " },
	{ "uk", "я не що це як мені і в на але хочу жити більше мене ти він вона ми вони та так все мій моя ні вже якщо коли дуже тільки "
		"ще бути сьогодні завтра дякую " },
	{ "fa", "كه از است را با براي نمي هم خود در خيلي خواهم اين بود شد ديگر چه آن "
		"می مي ميخواهم میخواهم ميخوام میخوام نميخوام نمیخوام نميخواهم نخواهم نمی نميتونم نمیتونم "
		"نمی‌تونم "
		"ميتونم "
		"میتونم "
		"توانم "
		"نتوانم امشب امروز فردا ديروز دیروز بميرم بمیرم مردن زنده باشم باشد باشه باش هستم هستی هست هستند نيستم نیستم نيست نیست "
		"ام ای ایم من تو او ما شما آنها اونا این اون همين همین همه هيچ هیچ هيچكس هیچکس كسی کسی کس چيز چیز چيزی چیزی که چرا چطور "
		"كجا کجا كی کی ولی اما اگر اگه چون پس باز هنوز ديگه دیگه دیگر فقط خيلی خیلی كم کم زياد زیاد بدون برای برا به تا بر رو تر "
		"ترین يك یک دو هر چند خودم خودت خودش مرا تنها خسته ناراحت حال حالم دلم زندگی زندگي مرگ روز شب ماه سال مادر مامان پدر "
		"بابا برادر خواهر دوست دوستم خانه خونه كار کار كمك کمک كنيد کنید كن کن كنم کنم ميكنم میکنم كرد کرد كردم کردم كرده کرده "
		"شده شدم بودم بودن دارم دارد داره ندارم ندارد نداره داشتم گفت گفتم بگو بايد باید نبايد نباید شايد شاید وقتی وقتي حالا "
		"الان لطفا سلام ممنون مرسی بله آره نه بدهم ادامه حق " },
	{ "ur", "نهين كو كي مجهي هون مين اور سي كا تو "
		"میں مجھے مجھ میرا میری میرے تم تمہیں آپ ہم وہ یہ کہ کا کی کے کو سے پر یا لیکن نہیں ہے ہیں ہوں تھا تھی تھے گا گی رہا رہی "
		"رہے چاہتا چاہتی کیا کیوں کیسے کہاں کون کب آج کل رات مرنا جینا زندگی بہت اب بھی سب کچھ کوئی شکریہ سلام مدد " },
	{ "ht", "mwen mwenm ou li nou yo se ap pral ka kapab vle gen genyen ak nan pou sou epi oswa paske ki kisa kiyès kote kijan "
		"poukisa lè kounye jodi demen yè aswè maten tout anpil plis youn sila anyen pèsonn moun timoun fanm gason manman papa "
		"frè sè zanmi lakay kay travay lajan jou semèn mwa ane lavi mouri viv santi konnen panse fè vini pran wè bonjou bonswa "
		"mèsi tanpri wi ankò jamè toujou fatige kè ede moùn dwa " },
	{ "cy", "dw dwi rydw mae maer maen ydy yw oes oedd fod fel ac yn yr gyda gan wrth dros heb ond neu pam sut beth pwy ble nawr "
		"heddiw heno yfory ddoe eisiau isio marw byw bywyd ti ni chi nhw fy dy ei ein eich eu ddim dim rhywun popeth rhywbeth "
		"iawn diolch bore helo shwmae gwaith cartref plant ffrind teulu teimlo gwybod meddwl gwneud mynd dod bydd byddaf roedd "
		"hawl " },
	{ "ku", "ez tu ew em hûn wan min wî wê bi ji li de lê ku heke çi kî kengî çima çawa niha îro îşev sibe duh pir jî tenê qet kes "
		"tişt hemû dixwazim naxwazim bimirim bijîm jiyan alîkarî kerema xwe spas silav erê na dê bav heval kar nîne heye mafê " },
	{ "ckb", "من تۆ ئەو ئێمە ئێوە ئەوان لە بە بۆ و یان بەڵام کە ئەگەر چی کێ کەی بۆچی چۆن لەکوێ ئێستا ئەمڕۆ ئەمشەو دوێنێ سبەی زۆر "
		 "هەموو هیچ کەس نییە هەیە دەمەوێت نامەوێت بمرم بژیم ژیان یارمەتی سوپاس سڵاو بەڵێ نەخێر دایک باوک مافی " },
	{ "ps", "زه ته هغه موږ تاسو دوی د په له نه چې او یا خو که څه څوک کله ولې څنګه چیرته اوس نن شپه سبا پرون ډېر ډیر ټول هیڅ غواړم مړ "
		"شم ژوند مرسته مننه سلام هو مور پلار ملګری دی ده دي یم شته نشته " },
	{ "mk", "јас ти тој таа ние вие тие сум си е сме сте се да не и но или дека ако кога што кој каде зошто како ова тоа овде таму "
		"сега денес вечерва ноќва утре вчера многу исто само секогаш никогаш никој нешто сè сакам умрам живеам живот помош ве "
		"молам благодарам здраво "
		"во на со од за по до при без над под преку после пред меѓу ама зашто бидејќи мене тебе него неа нас вас нив "
		"мој моја мое мои твој негов наш овој оваа овие еден една едно два три секој сите ништо некој често уште толку "
		"колку тогаш вечер ноќ утро ден недела месец година беше бев беа биде бидат имам имаш има имаме нема немам "
		"можам можеш може треба знам знаеш знае мислам правам прави сакаш сака чувствувам живее умре смрт крај боли "
		"болка уморен уморна тажен тажна плачам спијам помогни мајка татко сестра брат пријател дете деца семејство "
		"работа училиште куќа луѓе човек дали ниту ли би било право слобода лице " },
	{ "sr", "ја ти он она ми ви они сам си је смо сте су да не и али или ако када кад што ко где зашто како ово то овде тамо сада "
		"данас вечерас ноћас сутра јуче врло много само увек никад нико нешто све желим хоћу умрем живим живот помоћ молим хвала "
		"здраво више мој моја ме мене "
		"у на са од за по до при без над под преко после пре међу јер зато тебе њега ње нас вас њих моје твој његов наш "
		"овај ова тај та један једна једно два три сваки сви ништа неко никада често још исто толико колико сад тада "
		"вече ноћ јутро дан недеља месец година био била беше бити буде имам имаш има немам нема могу можеш може треба "
		"морам знам знаш зна мислим радим ради хоћеш неће осећам живи умре смрт крај боли бол уморан уморна тужан тужна "
		"плачем спавам помози мајка отац сестра брат пријатељ дете деца породица посао школа кућа људи човек ли нити би "
		"било право слобода лице нису нисам није " },
	{ "be", "я ты ён яна мы вы яны не і але ці што калі хто дзе чаму як гэта тут там цяпер сёння ўначы заўтра учора вельмі таксама "
		"толькі заўсёды ніколі ніхто нешта усё хачу памерці жыць жыццё дапамога дапамажыце ласка дзякуй прывітанне мне мяне " },
	{ "kk", "мен сен ол біз сіз олар бұл және емес жоқ бар не неге қалай қайда кім бүгін түнде ертең кеше өте тек әрқашан ешқашан "
		"ешкім бәрі келеді өлгім өмір көмек көмектесіңіз рахмет сәлем иә " },
};

const size_t lang_words_count = COUNT_OF(lang_words);

const struct lang_near lang_nears[] = {
	{ "gl", "pt es",
		"nunha nunhas hoxe onte mañá xamais moitos aínda despois teño teñen tivo puiden quixera quixen quixese "
		"síntome sintome séntome ningures ninguén alguén tamén axuda axudar axúdame axudame axúdenme axúdeme "
		"grazas mellor máis facendo fixen fai dicir dixo dixen estades síntoo xeito lonxe xunto xuntos xente irmá "
		"irmán fillo filla fillos veciño veciña traballo traballar traballei dereito dereitos calquera ferirme xogar "
		"deixádeme eiquí alí senón porén deica entón axiña decontado tódalas tódolos miña miñas túa túas súa súas "
		"noso nosa nosos nosas voso vosa cartos morrín esquezo escoitar escoita coñezo coñecer recoñecemento "
		"nacemento xustiza persoa persoas ningunha ós lles llo fóra algunha algúns algunhas quen quizais velaí "
		"velaquí podo facer xa dende moito nai muller rúa bágoas soidade "
		"unha dunha cunha dunhas moita moitas abondo ademais nin tiña tiñan cando teu galego rapaza " },
	{ "ast", "es pt",
		"nun yá güei anueche güeyos nagüe namái namás cuantayá entós entóes llueu lluego llugar llibertá llibre "
		"llingua llendes xente xustu xusticia xuntos xunta muyer guah fíu fíos güela güelu hermanu vecín trabayu "
		"trabayando durmir faigo faes fai faen fáigalo fexi faciendo dicir dixo dixi quies quixera yera yeren fuéronme "
		"nel nes dalgún dalguna daqué daquién denguna dengún muncho muncha munchos munches meyor tamién tamíen "
		"siempres enxamás allegría allegre tristo cansáu nuesu nuesa vuesu vuesa esti ensin baxo ónde magar derechu "
		"llei llibertaes ná toos otru otres mesmu muerrer morrí morrese mios "
		"ye tien tolos toles tola tol persones ganes siguir pastielles " },
	{ "oc", "fr es",
		"ieu ièu ela nosautres vosautres elas perqué perque qual quala dels dins amb totjorn jamai tanben aquò aquela "
		"aqueles aquelas aiçò uèi deman ièr nuèch jorn fòrça vòli vòl vòles vòlon pòdi pòt pòdes pòdon sabi avèm "
		"avètz sòi sès èm èri èra foguèt fau fasèm disi viure mòrt ajuda adiu mercé plai bona trist trabalh "
		"familha sòrre amic mainatge ostal escòla drech dreches libertat òme femna totas totes autra " },
	{ "co", "it es",
		"eiu ellu elli quandu cumu induve unu nunda nimu ancu quessu quessa issu isse ghjè avà "
		"oghje dumane ghjornu vogliu volenu possu ponu devu aghju avemu anu semu funu facciu faci "
		"face dicu campà campu mortu aiutu bonghjornu piacè bonu tristu stancu pienghje travagliu babbu fratellu "
		"surella amicu zitellu dirittu omu ognunu altru " },
	{ "scn", "it es",
		"iu iddu idda nuatri nuautri vuatri iddi picchì pirchì quannu comu nu dû dâ nta ntô ntâ pâ nun unn nenti "
		"nuddu sempri stu sti ssu ssa chiddu chidda dumani ajeri jornu matina cchiù chiù vogghiu vuliti ponnu pozzu "
		"haiu havi avemu hannu sugnu semu sunnu fazzu facemu diri dicu campari campu moriri mortu aiutu salutamu grazzii "
		"bonu tristu stancu chianciri dormiri travagghiu famigghia matri soru amicu picciriddu drittu libbirtà pirsuna "
		"omu fimmina ognunu autru autra " },
	{ "vec", "it es pt",
		"noaltri vialtri parchè indove ła łe sensa gnente nisun nissun sti queła queło ancùo ancuo jeri pì vojo "
		"vołe vołemo połe gò gà ghe ghemo gavì xé semo jùtame jutame grasie piaser bon straco straca piànxar "
		"piansar laoro fameja fradeło sorèa putèo toseto scoła diriti łibartà ognidun " },
	{ "pap", "es pt",
		"nan pasobra hende semper nunka tambe esaki esei awor awe mañan ayera anochi mainta bon "
		"tin tabatin tabata bai bini hasi yuda yudami danki fabor tristu kansá drumi trabou famia ruman "
		"amigu skol derechonan libertat hòmber muhé tur djé "
		"boso bida biba hopi dje unda kiko ningun mester kon " },
	{ "kea", "pt es",
		"bo nhos pamódi pamodi óra modi kuzê kuze undi kenha kal ningen algen senpri nunka tanbe kel kelota gósi "
		"gosi oji manhan onti noti palmanhan txeu kre meste staba bai morti djuda djudan obrigadu dretu tristi kansadu "
		"txora durmi trabadju irmon mininu kaza skola direitu direitus liberdadi pesoa omi mudjer tudu kada propi " },
	{ "gsw", "de es pt",
		"üs öis eus eim wil wänn kei keis nüt nüüt öppis öpper niemer hüt hüür morn geschter znacht morge "
		"abig nümm nüm nümme ohni gäge sider währed wott wot wetti möcht channsch chasch chöi chönd "
		"chönne muess müend söll sött dörf hesch het hät händ hend bisch isch gsii gha gah goh gaht "
		"goht machsch gseh gsehni weisch wüsse läbe leb läbt stärbe hoi grüezi guet schlächt müed truurig "
		"briegge hüüle schlofe muetter mueter vatter brueder schwöschter fründ chind huus schuel mönsch mönsche "
		"nid ned nöd chli bitzli eifach eifacht gäll dänn dä dere dene däm öppe allwäg vilicht villicht " },
	{ "lb", "de fr en",
		"ech däi däin mäi mäin meng säi säin seng hien hatt hinnen iech awer wéi firwat wou wéini dës dëst deen "
		"déi keng kee näischt eppes jiddereen jidfereen jiddwereen vill wéineg méi elo gëschter nuecht ëmmer ouni "
		"géint vun vum iwwer ënner virun hannert zënter wärend wëll wëllt wëlls kanns kënnt kënnen däerf hunn huet "
		"ginn gëtt gouf wier géif géing maachen maach gesäis gesinn weess wësst liewen liewe stierwen stierft doud "
		"dout hëllef hëlleft moien gelift gutt midd traureg kräischen schlofen aarbecht famill mamm brudder "
		"schwëster frënd kanner schoul fräiheet mënsch mënschen nët " },
	{ "nds", "de en es",
		"ik jüm woans worüm wokeen wanneer een elkeen allens veel weinig vandaag hüüt güstern jümmer nienich ahn "
		"för vun över ünner vör siet wullt köönt möten dröff heff hett harr sünd büst warrn maken maak weet "
		"wete leev starven doot hülp gode goot slecht mööd trurig wenen slapen moder broder süster fründ "
		"kinner huus frieheit minsch minschen " },
	{ "pcm", "en es pt",
		"wetin abeg sabi pikin pikins comot wey pesin pesins ogbonge wahala oga sey evri evribodi nobodi somebodi "
		"sombodi somtin kontri pipol moni shey sef ehn kwanu tok kom komot katch kwik kwench wia hau wai becos bicos "
		"naim nain dey " },
	{ "jam", "en es pt",
		"yuh unu nuh cyaan caan cyah deh weh wah waan inna wey seh gwaan likkle pickney pickni bwoy gyal bredda sista "
		"tiyad nutten nutn sinting smadi somebaddi evryting evriting nobaddi nuhbaddi mek cah dweet fimi fiyuh "
		"ongle haffi affi kyaan " },
	{ "az", "tr",
		"mən mənim mənə məni məndən sən sənin sənə və çünki əgər necə niyə nə nədən həmin heç heçnə heçkim hər "
		"hamısı çox artıq dünən gecə həmişə vaxt yenə də ilə qədər əvvəl istəyirəm istəmirəm istəyir istəmir "
		"bilirəm bilmirəm bilmir yaşamaq yaşamıram ölmək həyat həyatım kömək edirəm etmək olmaq olub deyil deyiləm "
		"deyir yox bəli xeyr təşəkkür zəhmət yaxşı yorğun ağlayıram yatmaq bilirem bilmirem isteyirem istemirem "
		"yasamaq heyat hemise hüquq hüququ hüquqlar azadlıq bərabər malikdir şəxs hüquqa qardaş ailə məktəb əsas "
		"başqa bilər tərəfindən haqqında qarşı görə üzrə yaxud belə elə " },
	{ "crh", "tr",
		"içün yoq menim qadar soñ daa endi qayda niçün kerek ayat ediñiz saq aqqı aqqına olmaq olıp olğan yahşı "
		"kün eki kesniñ şahıs özüniñ munday qıyın kelem isteyim istemeyim bilmeyim yaşamağa ölmege yarıñ aqşam "
		"qoranta mektep arqadaş " },
	{ "gag", "tr",
		"deyni lääzım ölä bölä şindi olmaa yapmaa yaşamaa ölmää isteerim istämeerim bilmeerim onnar insannar "
		"kardaş hererkez herkezin adamnar bän sän näända neçin zerä annamaa gitmää etmää vermää olêr gelêr " },
	{ "yue", "zh", "唔 嘅 佢 哋 咗 冇 喺 嘢 畀 啲 嚟 咁 乜 噉 啱 攞 睇 嗰 嗌 諗 瞓 攰 㗎 揾 搵 谂 " },
};

const size_t lang_nears_count = COUNT_OF(lang_nears);
