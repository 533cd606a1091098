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
		"wey parce boludo " },
	{ "fr", "je de la le et que les pas un une en est ne à a pour suis mon me des jai il elle qui ce vous nous mais tu ma dans "
		"sur avec plus tout cest moi veux rien quand sais quoi faire fait travail bonjour bonsoir salut merci oui non "
		"aujourdhui demain hier très tres bien mal sans aussi ça ca va vais cette son ses mes tes être etre avoir peux peut "
		"comme même meme jamais toujours trop depuis parce où ou jen jsuis jveux vie mort envie personne quelquun aidez aide "
		"maman papa y au aux du on dun dune sont était etait " },
	{ "de", "ich und die der das nicht ist ein eine zu in mir mich es bin habe den mit ja so aber wie von auf kann will wir sie "
		"er mein was wenn mehr guten morgen hallo danke bitte nein heute gestern arbeit hab auch noch nur schon immer nie "
		"nichts alles jetzt hier gut schlecht sehr für fur über uber dass weil oder dann mal doch meine meinen einen einem "
		"dem des im am um bei nach vor seit bis weiss soll machen geht gehts leben sterben hilfe niemand jemand du dich dir "
		"uns euch ihr sein war wird werde " },
	{ "pt", "durante dias que de não nao eu o a e um uma para com me meu minha se os em por mas como mais já ja estou isso quero você "
		"voce "
		"ele ela tudo muito vida sou tenho quando bom dia boa noite obrigado obrigada hoje ontem amanhã amanha trabalho "
		"ajuda bem mal sem também tambem está esta são sao foi era tô to tá ta vc pra pro né ne só so ninguém ninguem nada "
		"nunca sempre porque porquê fazer sei gente na no nas nos da do das dos ao seu sua ser ter vou vai quem onde aqui "
		"agora " },
	{ "it", "che di non la il e un una per con mi io sono ma lo le si in del ho come più piu tutto questo voglio mio mia perché "
		"capisco prego certo allora signore signora vero davvero penso credo posso può puo deve fatto quindi anchio veramente "
		"andiamo stai perche quando anche ciao buongiorno grazie oggi ieri domani lavoro fare cosa bene male senza molto poco "
		"sempre mai "
		"niente nessuno qualcuno vita sto sta siamo era stato gli della nel alla al da se chi dove qui adesso così cosi sei "
		"hai ha cè ce vivere morire aiuto " },
	{ "tr", "bir ve bu ben çok cok artık artik için icin ne da de gibi ama daha beni değil degil yok var istemiyorum istiyorum "
		"benim kadar merhaba selam teşekkürler tesekkurler evet hayır hayir bugün bugun dün dun yarın yarin iş is bana sana "
		"sen o şu su her hiç hic hiçbir hicbir şey sey kimse neden nasıl nasil nerede iyi kötü kotu yaşamak yasamak ölmek "
		"olmek yardım yardim edin lütfen lutfen mi mı mu mü yorgunum kendimi " },
	{ "ar", "ana enta enti mish mesh msh 3ayez 3ayza badi biddi bidi abi abgha abghi ma fi mafi shu shou leh leish lesh wallah "
		"wallahi inshallah insha habibi habibti 3ashan 3alashan kteer ktir khalas 5alas yalla 7ayati nafsi kol kul shi 7aga "
		"haga mn el w bas keda kida hayda hatha tab tayeb ahlan salam marhaba amoot anta7er a3eesh " },
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
		"dels una un el la no em meu meva hi ho cap aquí aqui ajuda treball " },
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
		"только ещё еще быть был была сегодня завтра привет спасибо помощь помогите никто ничего " },
	{ "bg", "съм аз не да се че ще искам това какво много няма имам живея живот но като как защо кога къде днес утре здравей благодаря "
		"помощ повече вече ме ми си сме са нищо никой " },
	{ "uk", "я не що це як мені і в на але хочу жити більше мене ти він вона ми вони та так все мій моя ні вже якщо коли дуже тільки "
		"ще бути сьогодні завтра дякую " },
	{ "fa", "كه از است را با براي نمي هم خود در خيلي خواهم اين بود شد ديگر چه آن " },
	{ "ur", "نهين كو كي مجهي هون مين اور سي كا تو " },
};

const size_t lang_words_count = COUNT_OF(lang_words);
