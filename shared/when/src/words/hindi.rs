//! The Hindi words of time and of asking, in Devanagari and as phones write them in Latin letters.

use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

use super::{
    Language,
    Part::{Afternoon, Evening, Morning, Night},
    Sense::*,
    Unit as U,
};

/// All there is to the language.
pub const LANGUAGE: Language = Language {
    numbers: "शून्य/shunya एक/ek दो/do तीन/teen/tin चार/char/chaar पाँच/paanch/panch/paach \
        छह/छः/छे/छ/chhah/chhe/cheh/chah/che/chhai सात/saat आठ/aath/ath नौ/nau दस/das/dus \
        ग्यारह/gyarah/gyaarah/gyara/gyarha बारह/barah/baarah/bara तेरह/terah \
        चौदह/chaudah/chauda पंद्रह/पन्द्रह/pandrah/pandra/pandhra सोलह/solah \
        सत्रह/satrah/satra अठारह/अट्ठारह/atharah/athara उन्नीस/unnees/unnis बीस/bees/bis \
        इक्कीस/ikkees/ikkis बाईस/बाइस/baais/bais/baees तेईस/तेइस/teis/teyis/teees \
        चौबीस/chaubees/chaubis पच्चीस/pachees/pachis/pachchees/pachchis \
        छब्बीस/chhabbees/chabbis/chhabbis सत्ताईस/सत्ताइस/sattais/sattaees \
        अट्ठाईस/अट्ठाइस/अठाईस/atthais/athais/atthaees उनतीस/उन्तीस/untees/untis/unatis \
        तीस/tees/tis इकतीस/इकत्तीस/ikattees/iktees/ikatis बत्तीस/battees/battis \
        तैंतीस/taintees/taintis चौंतीस/chauntees/chauntis पैंतीस/paintees/paintis \
        छत्तीस/chhattees/chattis सैंतीस/saintees/saintis अड़तीस/adtees/adtis \
        उनतालीस/untalees/untalis चालीस/chalees/chalis/chaalis/chaalees \
        इकतालीस/iktalees/iktalis बयालीस/bayalees/bayalis तैंतालीस/taintalees/taintalis \
        चौवालीस/चवालीस/chauvalees/chavalis पैंतालीस/paintalees/paintalis \
        छियालीस/chhiyalees/chiyalis सैंतालीस/saintalees/saintalis अड़तालीस/adtalees/adtalis \
        उनचास/unchaas/unchas पचास/pachaas/pachas इक्यावन/ikyavan बावन/bavan/baavan \
        तिरपन/तिरेपन/tirpan चौवन/chauvan पचपन/pachpan छप्पन/chhappan/chappan \
        सत्तावन/sattavan अट्ठावन/atthavan उनसठ/unsath साठ/saathh इकसठ बासठ तिरसठ चौंसठ पैंसठ \
        छियासठ सड़सठ अड़सठ उनहत्तर सत्तर/sattar इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर \
        छिहत्तर सतहत्तर अठहत्तर उन्यासी/उनासी अस्सी/assi इक्यासी बयासी तिरासी चौरासी पचासी \
        छियासी सत्तासी अट्ठासी नवासी नब्बे/nabbe इक्यानवे बानवे तिरानवे चौरानवे पचानवे \
        छियानवे सत्तानवे अट्ठानवे निन्यानवे",
    ordinals: "पहला/पहली/पहले/pehla/pehli/pahla/pahli दूसरा/दूसरी/दूसरे/dusra/dusri/doosra/doosri \
        तीसरा/तीसरी/तीसरे/teesra/teesri/tisra/tisri चौथा/चौथी/चौथे/chautha/chauthi \
        पाँचवाँ/पाँचवीं/पाँचवें/paanchva/paanchvi छठा/छठी/छठे/chhatha/chhathi \
        सातवाँ/सातवीं/सातवें/saatva/saatvi आठवाँ/आठवीं/आठवें/aathva/aathvi नौवाँ/नौवीं/नौवें \
        दसवाँ/दसवीं/दसवें ग्यारहवाँ/ग्यारहवीं बारहवाँ/बारहवीं तेरहवाँ/तेरहवीं \
        चौदहवाँ/चौदहवीं पंद्रहवाँ/पंद्रहवीं सोलहवाँ/सोलहवीं सत्रहवाँ/सत्रहवीं \
        अठारहवाँ/अठारहवीं उन्नीसवाँ/उन्नीसवीं बीसवाँ/बीसवीं इक्कीसवाँ/इक्कीसवीं \
        बाईसवाँ/बाईसवीं तेईसवाँ/तेईसवीं चौबीसवाँ/चौबीसवीं पच्चीसवाँ/पच्चीसवीं \
        छब्बीसवाँ/छब्बीसवीं सत्ताईसवाँ/सत्ताईसवीं अट्ठाईसवाँ/अट्ठाईसवीं उनतीसवाँ/उनतीसवीं \
        तीसवाँ/तीसवीं इकतीसवाँ/इकतीसवीं",
    words: &[
        (Hundred, "सौ sau"),
        (Upto, "से se"),
        (In, "आज_से अब_से अभी_से aaj_se ab_se abhi_se"),
        (Thousandths(1250), "सवा sava sawa"),
        (Thousandths(1500), "डेढ़ dedh derh"),
        (Thousandths(2500), "ढाई अढ़ाई dhai dhaai"),
        (Thousandths(750), "पौन paun"),
        (Shift(30), "साढ़े sadhe saadhe saade sade"),
        (Shift(15), "सवा sava sawa"),
        (Shift(-15), "पौने paune pone"),
        (Unit(U::Second), "सेकंड सेकेंड सेकंड्स सेकण्ड"),
        (Unit(U::Minute), "मिनट मिनिट मिनटों मिनट्स minat minit minute minutes"),
        (Unit(U::Hour), "घंटा घंटे घंटों घण्टा घण्टे ghanta ghante ghanton ghantey ghnte"),
        (Unit(U::Day), "दिन दिनों din dino dinon"),
        (Unit(U::Week), "हफ़्ता हफ़्ते हफ़्तों सप्ताह hafta hafte hafton haftey saptah"),
        (Unit(U::Month), "महीना महीने महीनों माह mahina mahine mahinon maheena maheene"),
        (Unit(U::Year), "साल सालों वर्ष वर्षों saal varsh"),
        (Half, "आधा आधे आधी aadha aadhe adha adhe aadhi"),
        (Quarter, "चौथाई"),
        (A, "एक ek"),
        (Few, "कुछ kuch kuchh"),
        (And, "और व aur"),
        (Or, "या ya"),
        (Of, "का की के ka ki ke"),
        (Month(1), "जनवरी janvari janwari"),
        (Month(2), "फ़रवरी farvari farwari"),
        (Month(3), "मार्च"),
        (Month(4), "अप्रैल aprail"),
        (Month(5), "मई mai"),
        (Month(6), "जून joon"),
        (Month(7), "जुलाई julai"),
        (Month(8), "अगस्त agast"),
        (Month(9), "सितंबर सितम्बर sitambar"),
        (Month(10), "अक्टूबर अक्तूबर aktubar aktoobar"),
        (Month(11), "नवंबर नवम्बर navambar"),
        (Month(12), "दिसंबर दिसम्बर disambar"),
        (Weekday(Mon), "सोमवार सोम somvar somwar somvaar somwaar som"),
        (Weekday(Tue), "मंगलवार मंगल mangalvar mangalwar mangalvaar mangalwaar mangal"),
        (Weekday(Wed), "बुधवार बुध budhvar budhwar budhvaar budhwaar budh"),
        (
            Weekday(Thu),
            "गुरुवार गुरूवार बृहस्पतिवार वीरवार गुरु guruvar guruwar guruvaar guruwaar \
             brihaspativar brihaspatiwar veervar veerwar",
        ),
        (
            Weekday(Fri),
            "शुक्रवार शुक्र shukravar shukrawar shukravaar shukrawaar shukrvar shukrwar \
             shukra",
        ),
        (Weekday(Sat), "शनिवार शनि shanivar shaniwar shanivaar shaniwaar shani"),
        (
            Weekday(Sun),
            "रविवार रवि इतवार ravivar raviwar ravivaar raviwaar itvar itwar itvaar itwaar",
        ),
        (Shy, "mai सोम मंगल बुध गुरु शुक्र शनि रवि som mangal budh shukra shani roz"),
        (Day(0), "आज aaj aj"),
        (Day(1), "कल kal"),
        (Day(2), "परसों परसो parso parson parsu parsoon"),
        (Day(3), "नरसों तरसों narso tarso"),
        (Day(-1), "बीते_कल"),
        (Weekend, "वीकेंड"),
        (Next, "अगले अगला अगली agle agla agli"),
        (This, "इस is आने_वाले आने_वाली aane_wale aanewale"),
        (Last, "पिछले पिछला पिछली pichle pichhle pichla"),
        (DateWord, "तारीख़ तारीख tareekh tarikh tareek tarik taareekh"),
        (Midnight, "आधी_रात aadhi_raat adhi_raat"),
        (Am, "पूर्वाह्न"),
        (Pm, "अपराह्न"),
        (Oclock, "बजे baje bje bajey"),
        (Plus, "बजकर बजके bajkar bajke"),
        (Minus, "बजने_में bajne_mein bajne_me"),
        (Part(Morning), "सुबह सवेरे प्रातः subah subha savere sawere सुबह_सुबह subah_subah"),
        (Part(Afternoon), "दोपहर dopahar dopaher dopehar dupahar dopher dopahr dophar"),
        (Part(Evening), "शाम सायं shaam sham saam"),
        (Part(Night), "रात raat rat"),
        (
            Adverb,
            "सुबह सवेरे दोपहर शाम रात प्रातः सायं subah subha savere sawere dopahar dopaher \
             dopehar dupahar dopher dopahr dophar shaam sham saam raat rat सुबह_सुबह subah_subah",
        ),
        (Now, "अभी abhi"),
        (Around, "लगभग करीब क़रीब karib kareeb lagbhag"),
        (Later, "बाद में के_बाद baad bad mein mei me ke_baad ke_bad baad_mein के_अंदर ke_andar"),
        (Ago, "पहले pehle pahle pahele"),
        (
            Particle,
            "को के में पर तक ko ke mein mei me par pe tak के_बाद ke_baad ke_bad बाकी baaki \
             baki कम kam की_सुबह के_लिए ke_liye",
        ),
        (Link, "की के ki ke ko को"),
        (Times, "बार baar bar"),
        (Within, "में mein me"),
        (
            MonthEnd,
            "महीने_के_अंत_में महीने_के_आखिर_में mahine_ke_end_mein mahine_ke_end_me \
             mahine_ke_ant_mein mahine_ke_aakhir_mein mahine_ke_akhir_mein",
        ),
        (Every, "हर प्रत्येक har"),
        (Other, "दूसरे dusre doosre"),
        (Cycle(U::Day, 1), "रोज़ रोज़ाना प्रतिदिन roz rozana rozaana har_roz हर_रोज़ roj"),
        (Workday, "कामकाजी_दिन"),
        (Remind, "याद_दिलाना याद_दिलाओ"),
        (
            RemindAfter,
            "याद_दिलाना याद_दिलाओ याद_दिला_देना याद_दिला_दो याद_दिलाएं याद_दिलाइए \
             याद_दिला_दीजिए याद_दिला_दीजिएगा याद_दिलवाना याद_करवाना याद_कराना याद_रखना \
             रिमाइंड_करना रिमाइंड_कर_देना yaad_dilana yaad_dilaana yaad_dilao yaad_dilaao \
             yaad_dila_dena yaad_dila_do yaad_dila_dijiye yaad_diladena yaad_dilado \
             yad_dilana yad_dila_dena yad_dilao yad_dila_do yaad_karana yaad_karwana \
             yaad_karva_dena yaad_rakhna remind_karna remind_kar_dena remind_kar_do \
             remind_kardena remind_kardo remind_karo remind_krna remind_karao",
        ),
        (Me, "me mujhe मुझे हमें hume"),
        (Polite, "मुझे mujhe कृपया kripya please plz zara ज़रा bhai भाई"),
        (Thanks, "धन्यवाद शुक्रिया dhanyavaad dhanyavad shukriya please plz"),
        (That, "कि ki"),
        (For, "liye लिए"),
        (
            AboutAfter,
            "के_बारे_में ke_baare_mein ke_bare_mein ke_baare_me ke_bare_me ke_baare_mei \
             ke_bare_mei की ki के_लिए ke_liye का ka को ko",
        ),
        (Joint, "कि ki और aur लेकिन lekin क्योंकि kyunki ke_baare_mein के_बारे_में ko को"),
        (Determiner, "मेरा मेरी मेरे mera meri mere"),
    ],
    tells: "karna करना karne करने hai है hain हैं ka का ki की ke के ko को se से ne ने aur और \
        dawai दवाई dawa दवा lena लेना lene लेने bharna भरना bijli बिजली bill बिल paani पानी \
        doodh दूध ghar घर kaam काम papa mummy maa माँ bhaiya didi khana खाना jana जाना jaana \
        milna मिलना bolna बोलना dena देना lana लाना phone फोन फ़ोन call कॉल meeting मीटिंग \
        kiraya किराया doctor डॉक्टर school स्कूल bank बैंक nahi नहीं hoga होगा kharidna \
        खरीदना karni करनी jama जमा mandir sabzi gaadi",
};
