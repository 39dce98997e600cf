//! The French words of time and of asking.

use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

use super::{
    Feast::{Easter, Fixed},
    Language,
    Part::{Afternoon, Evening, Morning, Night},
    Sense::*,
    Unit as U,
};

const HOUR: u32 = 3600;

/// All there is to the language.
pub const LANGUAGE: Language = Language {
    numbers: "zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze \
        quinze seize dix_sept dix_huit dix_neuf vingt vingt_et_un/vingt_et_une vingt_deux \
        vingt_trois vingt_quatre vingt_cinq vingt_six vingt_sept vingt_huit vingt_neuf \
        trente trente_et_un/trente_et_une trente_deux trente_trois trente_quatre trente_cinq \
        trente_six trente_sept trente_huit trente_neuf quarante \
        quarante_et_un/quarante_et_une quarante_deux quarante_trois quarante_quatre \
        quarante_cinq quarante_six quarante_sept quarante_huit quarante_neuf cinquante \
        cinquante_et_un/cinquante_et_une cinquante_deux cinquante_trois cinquante_quatre \
        cinquante_cinq cinquante_six cinquante_sept cinquante_huit cinquante_neuf soixante \
        soixante_et_un/soixante_et_une soixante_deux soixante_trois soixante_quatre \
        soixante_cinq soixante_six soixante_sept soixante_huit soixante_neuf \
        soixante_dix/septante soixante_et_onze/septante_et_un soixante_douze/septante_deux \
        soixante_treize/septante_trois soixante_quatorze/septante_quatre \
        soixante_quinze/septante_cinq soixante_seize/septante_six \
        soixante_dix_sept/septante_sept soixante_dix_huit/septante_huit \
        soixante_dix_neuf/septante_neuf quatre_vingts/quatre_vingt/huitante \
        quatre_vingt_un/quatre_vingt_une quatre_vingt_deux quatre_vingt_trois \
        quatre_vingt_quatre quatre_vingt_cinq quatre_vingt_six quatre_vingt_sept \
        quatre_vingt_huit quatre_vingt_neuf quatre_vingt_dix/nonante \
        quatre_vingt_onze/nonante_et_un quatre_vingt_douze/nonante_deux \
        quatre_vingt_treize/nonante_trois quatre_vingt_quatorze/nonante_quatre \
        quatre_vingt_quinze/nonante_cinq quatre_vingt_seize/nonante_six \
        quatre_vingt_dix_sept/nonante_sept quatre_vingt_dix_huit/nonante_huit \
        quatre_vingt_dix_neuf/nonante_neuf",
    ordinals: "premier/première deuxième/second/seconde troisième quatrième cinquième sixième \
        septième huitième neuvième dixième onzième douzième treizième quatorzième quinzième \
        seizième dix_septième dix_huitième dix_neuvième vingtième vingt_et_unième \
        vingt_deuxième vingt_troisième vingt_quatrième vingt_cinquième vingt_sixième \
        vingt_septième vingt_huitième vingt_neuvième trentième trente_et_unième",
    words: &[
        (Numbered, "lundi mardi mercredi jeudi vendredi samedi dimanche"),
        (Suffix, "er ère re e ème eme nd nde º"),
        (Scored, "eu note obtenu était"),
        (Hundred, "cent cents"),
        (Thousand, "mille mil"),
        (Unit(U::Second), "seconde secondes sec"),
        (Unit(U::Minute), "minute minutes min mins mn"),
        (Unit(U::Hour), "heure heures"),
        (Unit(U::Day), "jour jours journée"),
        (Unit(U::Week), "semaine semaines"),
        (Unit(U::Fortnight), "quinzaine"),
        (Unit(U::Month), "mois"),
        (Unit(U::Year), "an ans année années"),
        (Letter(U::Hour), "h"),
        (Letter(U::Minute), "m"),
        (Letter(U::Second), "s"),
        (Letter(U::Day), "j"),
        (Half, "demi demie demis"),
        (Quarter, "quart quarts"),
        (A, "un une"),
        (The, "le la l' du au"),
        (Couple, "couple paire"),
        (Few, "quelques"),
        (And, "et"),
        (Or, "ou"),
        (Of, "de d' du"),
        (Month(1), "janvier janv jan"),
        (Month(2), "février févr fév"),
        (Month(3), "mars"),
        (Month(4), "avril avr"),
        (Month(5), "mai"),
        (Month(6), "juin"),
        (Month(7), "juillet juil juill"),
        (Month(8), "août"),
        (Month(9), "septembre sept"),
        (Month(10), "octobre oct"),
        (Month(11), "novembre nov"),
        (Month(12), "décembre déc"),
        (Weekday(Mon), "lundi lun"),
        (Weekday(Tue), "mardi mar"),
        (Weekday(Wed), "mercredi mer mercr"),
        (Weekday(Thu), "jeudi jeu"),
        (Weekday(Fri), "vendredi ven vendr"),
        (Weekday(Sat), "samedi sam"),
        (Weekday(Sun), "dimanche dim"),
        (Shy, "mars mai sept lun mar mer jeu ven sam dim avr jan"),
        (Day(0), "aujourd'hui aujourdhui auj"),
        (Day(1), "demain dem1"),
        (Day(2), "après_demain"),
        (Day(-1), "hier"),
        (Day(-2), "avant_hier"),
        (Tonight, "cette_nuit"),
        (Weekend, "week_end weekend"),
        (Next, "prochain prochaine"),
        (NextAfter, "prochain prochaine suivant suivante qui_vient"),
        (This, "ce cet cette"),
        (Last, "dernier dernière"),
        (Weekdays(Mon), "lundis les_lundis"),
        (Weekdays(Tue), "mardis les_mardis"),
        (Weekdays(Wed), "mercredis les_mercredis"),
        (Weekdays(Thu), "jeudis les_jeudis"),
        (Weekdays(Fri), "vendredis les_vendredis"),
        (Weekdays(Sat), "samedis les_samedis"),
        (Weekdays(Sun), "dimanches les_dimanches"),
        (Workdays, "jours_ouvrables en_semaine"),
        (Weekends, "week_ends weekends"),
        (Parts(Morning), "matins"),
        (Parts(Evening), "soirs"),
        (Parts(Night), "nuits"),
        (Begin, "début"),
        (Mid, "mi milieu"),
        (End, "fin"),
        (Holiday(&[("", Fixed(12, 25))]), "noël jour_de_noël"),
        (Holiday(&[("", Fixed(12, 24))]), "veille_de_noël réveillon_de_noël"),
        (Holiday(&[("", Fixed(1, 1))]), "jour_de_l'an nouvel_an"),
        (Holiday(&[("", Fixed(2, 14))]), "saint_valentin"),
        (Holiday(&[("", Fixed(11, 1))]), "toussaint"),
        (Holiday(&[("", Easter(0))]), "pâques"),
        (Holiday(&[("", Easter(1))]), "lundi_de_pâques"),
        (Clock(12 * HOUR), "midi ce_midi"),
        (Midnight, "minuit"),
        (LetterA, "a"),
        (LetterP, "p"),
        (LetterM, "m"),
        (LetterH, "h"),
        (Oclock, "heure heures h"),
        (Sharp, "pile précises précise environ"),
        (Past, "passées"),
        (
            Part(Morning),
            "matin matinée mat début_de_matinée milieu_de_matinée fin_de_matinée de_bonne_heure",
        ),
        (
            Part(Afternoon),
            "après_midi aprem début_d'après_midi milieu_d'après_midi fin_d'après_midi",
        ),
        (Part(Evening), "soir soirée fin_de_journée début_de_soirée fin_de_soirée"),
        (Part(Night), "nuit"),
        (Adverb, "matin soir aprem après_midi"),
        (Beside, "de_bonne_heure"),
        (Plus, "et"),
        (Minus, "moins"),
        (At, "à"),
        (On, "le au"),
        (By, "pour"),
        (In, "dans d'ici en d'ici_à"),
        (After, "après"),
        (Around, "environ vers autour_de aux_environs_de aux_alentours_de"),
        (Now, "maintenant"),
        (Later, "plus_tard après à_partir_de_maintenant"),
        (AgoBefore, "il_y_a ya y_a"),
        (Before, "avant"),
        (Between, "entre"),
        (Upto, "à au jusqu'à jusqu'au"),
        (WeeksOn(1), "en_huit"),
        (WeeksOn(2), "en_quinze"),
        (Except, "sauf excepté"),
        (Cycle(U::Day, 2), "un_jour_sur_deux"),
        (Bound, "avant après jusqu'à jusqu'au depuis pendant entre dès rue avenue boulevard place"),
        (Link, "du de d' le en à dans"),
        (Every, "chaque tous_les toutes_les tout_les"),
        (Workday, "jour_ouvrable jours_ouvrables jour_de_semaine jours_de_semaine"),
        (Other, "autre"),
        (Cycle(U::Day, 1), "quotidien quotidienne quotidiennement"),
        (Cycle(U::Week, 1), "hebdomadaire"),
        (Cycle(U::Month, 1), "mensuel"),
        (Per, "par"),
        (Times, "fois"),
        (MonthEnd, "fin_de_mois fin_du_mois fin_mois"),
        (YearEnd, "fin_d'année fin_de_l'année fin_d'an"),
        (
            Remind,
            "rappelle_moi rappelez_moi rappelle rappeler rappelez me_rappeler rappel_moi \
             rapelle_moi rappelle_nous préviens_moi",
        ),
        (Reminder, "rappel"),
        (Set, "crée créer mets ajoute programme mets_moi"),
        (Me, "moi me nous"),
        (
            Polite,
            "svp stp s'il_te_plaît s'il_vous_plaît bonjour salut peux_tu pouvez_vous \
             pourrais_tu tu_peux veuillez",
        ),
        (Thanks, "merci svp stp s'il_te_plaît s'il_vous_plaît"),
        (
            About,
            "sur concernant à_propos_de à_propos_du à_propos_d' au_sujet_de au_sujet_du \
             au_sujet_d' à_propos_des",
        ),
        (To, "à"),
        (That, "que qu'"),
        (For, "pour"),
        (
            Joint,
            "que qu' de d' du des pour sur à avec et ou mais parce car si quand dans merci \
             svp stp avant après le au",
        ),
        (
            Determiner,
            "le la les l' un une mon ma mes ton ta tes son sa ses notre nos votre vos leur ce \
             cet cette ces chaque",
        ),
    ],
    tells: "appeler acheter payer prendre aller faire sortir envoyer chercher voir dire donner \
        finir lire arroser nettoyer maman papa mon ma mes ton ta son sa est sont c'est j'ai \
        je il elle nous vous avec sans pour sur dans chez chat chien lait pain eau loyer \
        médecin dentiste rendez_vous réunion médicament médicaments poubelle poubelles école \
        travail enfants frère soeur anniversaire banque facture courses repas dîner déjeuner \
        pas ne oui non très bien des les une ça y",
};
