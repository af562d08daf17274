window.YTD.tweets.part0 = [
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000000",
      "id": "1755000000000000000",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Fri Feb 06 15:03:00 +0000 2026",
      "full_text": "Tredje dagen utan bredband och kundtjänst svarar inte. \"Vi ringer upp\" sa ni i måndags...",
      "lang": "sv"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000001",
      "id": "1755000000000000001",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Fri Feb 06 18:45:10 +0000 2026",
      "full_text": "Snabb leverans; chauffören ringde till och med innan.\nToppen!",
      "lang": "sv"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000002",
      "id": "1755000000000000002",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Sat Feb 07 07:20:00 +0000 2026",
      "full_text": "Strømregningen er doblet på en måned &amp; ingen kan forklare hvorfor",
      "lang": "nb"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000003",
      "id": "1755000000000000003",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Sat Feb 07 09:00:30 +0000 2026",
      "full_text": "Er dere åpne på søndag?",
      "lang": "nb"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000004",
      "id": "1755000000000000004",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Sun Feb 08 11:31:00 +0000 2026",
      "full_text": "Pakken er væk, sporingen siger &lt;leveret&gt;, men der ligger intet ved døren",
      "lang": "da"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000005",
      "id": "1755000000000000005",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Mon Feb 09 12:02:59 +0000 2026",
      "full_text": "Tak for hjælpen i chatten i dag 👏",
      "lang": "da"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000006",
      "id": "1755000000000000006",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Tue Feb 10 05:15:00 +0000 2026",
      "full_text": "Sovellus kaatuu aina kun yritän maksaa laskun. Päivitys ei auttanut.",
      "lang": "fi"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000007",
      "id": "1755000000000000007",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Wed Feb 11 16:40:00 +0000 2026",
      "full_text": "Mukava asiointi, kassalla ei ollut jonoa",
      "lang": "fi"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000008",
      "id": "1755000000000000008",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Thu Feb 12 08:08:08 +0000 2026",
      "full_text": "Seit Wochen warte ich auf die Rückerstattung. Niemand fühlt sich zuständig.",
      "lang": "de"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000009",
      "id": "1755000000000000009",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Fri Feb 13 21:59:00 +0000 2026",
      "full_text": "Netið datt út í gærkvöldi en er komið aftur",
      "lang": "is"
    }
  },
  {
    "tweet": {
      "retweeted": false,
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "hashtags": [],
        "user_mentions": [],
        "urls": []
      },
      "favorite_count": "3",
      "id_str": "1755000000000000010",
      "id": "1755000000000000010",
      "truncated": false,
      "retweet_count": "0",
      "created_at": "Fri Feb 13 22:30:00 +0000 2026",
      "full_text": "=Samma här, vi har också varit utan sedan i fredags",
      "lang": "sv",
      "in_reply_to_status_id_str": "1755000000000000000",
      "in_reply_to_screen_name": "lena_granholt"
    }
  }
]