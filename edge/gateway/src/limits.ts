/** Every bound of the gateway, with its unit in the name and its reason. */
export const LIMITS = {
  /** A digest URL has 90 characters; a cursor and every query parameter together fit in a tenth of this. */
  url_chars_max: 2_048,
  /** What Node, Deno and workerd accept at least; the Node entry point sets its parser to this. */
  header_bytes_max: 16 * 1_024,
  /** A list of 60 entity tags; a longer If-None-Match or If-Match is answered as if none matched. */
  condition_header_chars_max: 4_096,
  /** Two 64-bit numbers and a unit fit ten times; a longer Range is ignored, as RFC 9110 section 14.2 allows. */
  range_header_chars_max: 512,
  /** Entries of a listing when the client names no number. */
  page_entries_default: 50,
  /** About 200 KB of JSON. */
  page_entries_max: 200,
  /** Rollouts of one answer; 600 KB of JSON. Clients that know no pages see this many. */
  rollouts_listed_max: 1_000,
  /** A readiness check that has not answered by then has failed; probes usually wait 1 to 10 s. */
  check_ms_max: 2_000,
  /** Of that, how long a check waits for files that are read anew while it knows what they said before. */
  facts_awaited_ms_max: 500,
  /**
   * An object up to this size is sent from memory after its first use, unless the platform says less: reading a file
   * anew for each client costs twice as much as sending it. Larger ones are streamed.
   */
  hot_object_bytes_max: 16 * 1_024 * 1_024,
  /** All objects kept in memory together, and those that a client has not taken yet. */
  hot_objects_bytes_max: 64 * 1_024 * 1_024,
  /** Questions for objects that are remembered; an entry takes about 100 bytes. */
  asked_counts_sum_max: 8_192,
  /** Objects in memory that are looked at to make room for another one, so that a miss costs microseconds. */
  hot_objects_looked_at_max: 64,
  /** Below this, a client that takes its answer slowly holds no more than one that is streamed to: a piece of a file. */
  counted_answer_bytes_min: 256 * 1_024,
  /** How long a browser may remember a preflight answer. */
  preflight_seconds: 86_400,
  /** The same for a page that the configuration names: it can take that back. */
  listed_preflight_seconds: 600,
  /** What clients are asked to wait after 429 and 503. */
  retry_after_seconds: 5,
  /** 256 random bits are 43 characters of base64url; below 32 a token is a word that somebody chose. */
  token_chars_min: 32,
  token_chars_max: 512,
  /** One for each person and each machine that reports; each is compared with every request. */
  tokens_max: 256,
  tokens_bytes_max: 256 * 1_024,
  /** For how long an access token is taken for what it was, when another process may have ended it. */
  access_known_ms_max: 500,
  /** Access tokens that are remembered for it; an entry takes about 500 bytes. */
  access_known_max: 10_000,
  /** For how long the epoch of nonces is taken for what it was. */
  epoch_known_ms_max: 500,
  /** Keys of agents that were looked at; an entry takes about 500 bytes. */
  proof_keys_max: 10_000,
  /** Of what is said about links, agents and tokens: a few names and a secret. */
  access_bytes_max: 16 * 1_024,
  /** A did:key has 56 characters, a name 63. */
  access_text_chars_max: 256,
  access_scopes_max: 16,
  /** Addresses that a limit counts for themselves: about 100 bytes each. */
  rate_keys_max: 10_000,
  /** Of one address: every agent behind it has a link of its own. */
  exchanges_each_minute_max: 30,
  /** Each is a transaction; more than a fleet that starts anew makes. */
  exchanges_minute_max: 600,
  /** A person mistypes now and then. */
  sessions_each_minute_max: 5,
  /** Each takes 0.3 s of one core; on Workers nobody else is answered meanwhile. */
  sessions_minute_max: 30,
  /** At the same time, because each takes 32 MiB. */
  sessions_made_max: 2,
  /** A token has 32 characters at least and is not guessed: this keeps logs readable and lookups few. */
  wrong_bearers_each_minute_max: 20,
  /** NIST SP 800-63B section 5.1.1.1 wants 8; this one opens everything, and there is one of it. */
  password_chars_min: 12,
  /** As many as the use cases take. */
  password_chars_max: 1_024,
  /** It is a key and nobody types it; `openssl rand -hex 8` is the least. */
  bootstrap_secret_chars_min: 16,
  /** A configuration with a hundred origins. */
  config_bytes_max: 64 * 1_024,
  /** Of a file with one secret. */
  secret_bytes_max: 4_096,
  /** How often what expired is forgotten. */
  upkeep_ms: 60_000,
  /** How often files of the configuration are looked at; a change is to count within 5 s. */
  config_poll_ms: 2_000,
  origins_max: 64,
  /** A host name has 253. */
  origin_chars_max: 300,
  trusted_proxies_max: 64,
  /** As long as a person works at one thing. */
  session_ms: 3_600_000,
  /** Sessions at once; the oldest gives way. */
  sessions_max: 64,
  /** The whole body of a request; it is read before anything is done with it. */
  body_ms_max: 10_000,
  /** A plan has six levels. */
  body_depth_max: 16,
  /** A start carries a plan (32 KiB) and a profile. */
  start_bytes_max: 128 * 1_024,
  /** A command carries a reason and a few digests; a retry a profile. */
  command_bytes_max: 96 * 1_024,
  /** 5,000 transitions of another run. */
  trace_bytes_max: 512 * 1_024,
  /** Of somebody's reason. A record has 64 KiB. */
  reason_chars_max: 1_000,
  /** 50,000 latencies of six digits. Several batches a request cost one round trip and share the store's transactions. */
  report_bytes_max: 512 * 1_024,
  report_batches_max: 64,
  /** Of what a client wrote, in an answer to it. */
  detail_chars_max: 500,
  /** Longest time that a client may be told to keep its release: the time to stop is this and a second. */
  resolve_seconds_max: 60,
  /** What it is when nobody says (decisions 19). */
  resolve_seconds_default: 5,
  /** Histories of a moment and traces that are made at once: each reads whole streams, a page at a time. */
  costly_answers_max: 4,
  /** How often somebody who watches looks whether a record was appended: seen within half a second. */
  look_ms: 250,
  /** A look that takes longer is given up for another one's: its request may have gone. */
  look_ms_max: 5_000,
  /** Until whoever waits for another one's reading looks again. */
  turn_ms: 50,
  /** For a rollout to be read for the first time: a stream of 100,000 records takes a second. */
  watch_opened_ms_max: 10_000,
  /** WHATWG HTML 9.2.7: a comment every 15 seconds or so. */
  heartbeat_ms: 15_000,
  /** What clients are told to wait before they come again. */
  watch_retry_ms: 1_000,
  /** How long a ledger that cannot be asked is waited for before watchers are told. */
  watch_unreadable_ms_max: 30_000,
  /** How often it is looked at again whether somebody may still read, where not everybody may. */
  watch_recheck_ms: 10_000,
  /** A client that takes nothing for this long is cut off; longer than Node's own 60 s, which leaves no mess. */
  watch_unread_ms_max: 75_000,
  /** One stream; whoever is still there comes again and goes on after the last record. */
  watch_seconds_max: 3_600,
  /** At once; each holds a position, a timer and a socket, about 30 KB on Node. */
  watchers_max: 2_000,
  /** Of them from one address, which may be that of a proxy: whoever takes all they can leaves places to others. */
  watchers_each_max: 1_500,
  /** Rollouts that are followed at once: of each two pages of records and a state. */
  watched_rollouts_max: 256,
  /** How long one is followed that nobody says they watch. */
  watched_kept_ms: 5_000,
  /** Of all rollouts, as they are sent; 30 KB a page. */
  event_bytes_max: 8 * 1_024 * 1_024,
  /** Blueprints with figures of their own in /metrics: each has about 25 series. */
  metrics_blueprints_max: 1_000,
  /** How old the figures may be: however many ask, they are gathered once in this time. */
  metrics_age_ms_max: 1_000,
  /** How long is asked for figures of blueprints; those that are left are dropped. */
  metrics_gather_ms_max: 2_000,
  /** Whoever gathers for longer than this has gone. */
  metrics_turn_ms_max: 10_000,
  /** Blueprints between two pauses, in which requests are answered. */
  metrics_pause_blueprints: 20,
  /** How often what takes long to count is counted anew: objects, marks, agents. */
  metrics_sizes_ms: 5 * 60_000,
  /** Open rollouts that the status names. */
  status_rollouts_max: 50,
  /** Streams that cannot be read, and that the status names. */
  status_streams_max: 50,
  /** How often the controller looks at every stream, while a rollout is open and otherwise. */
  tick_open_ms: 1_000,
  tick_idle_ms: 5_000,
} as const;
