/* whatif_run.h: a replay of what is on disk, in the background of the loop: page by page, a few reads at a time, with progress, and ended
 * at any moment. It reads as the program (numbers, ids, codes; no word of anybody), writes nothing, and is kept in memory only: a restart
 * forgets it.
 *
 * Both sides are replayed: as it is decided now, and with the change; so what the replay cannot know (who was asked before, whether a
 * conversation was held) is the same on both. How often the first side agrees with what was really decided then is told: that is how far
 * the comparison can be trusted.
 *
 *  running --all read--> done
 *          --whatif_cancel--> cancelled        --a read fails, too much--> failed */
#ifndef HEED_CARE_WHATIF_RUN_H
#define HEED_CARE_WHATIF_RUN_H

#include "care/care.h"
#include "care/whatif.h"

#define WHATIF_RUNS_MAX 16   /* kept; the oldest that has ended makes room */
#define WHATIF_RUNNING_MAX 2 /* at a time, of all programmes */
#define WHATIF_MESSAGES_MAX 200000
#define WHATIF_ALERTS_MAX 50000
#define WHATIF_EXAMPLES 30

enum whatif_state { WHATIF_FAILED = 0, WHATIF_RUNNING, WHATIF_DONE, WHATIF_CANCELLED };
const char *whatif_state_name(enum whatif_state state);

/* A message that called for a person on one side only. */
struct whatif_example {
	struct uuid conversation_id, message_id, client_id;
	wall_time at;
	int before, after; /* priorities; 0: none */
	int level_before, level_after;
	char concept[WHATIF_CONCEPT_BYTES];
	enum load_end end; /* of the alert that it raised */
};

struct whatif {
	struct uuid id, programme_id, started_by;
	struct str preset, pack; /* what decides on the changed side; pack: id of one that was sent along, or empty */
	struct whatif_change change;
	wall_time from, to, started_at;
	enum whatif_state state;
	char failure[160];
	int progress;     /* per mille of the time that is replayed */
	int messages;     /* replayed */
	int left_out;     /* without a decision (written by staff, or before decisions were kept) */
	int agree;        /* the first side and what was decided then: same priority of the alert, or none */
	int lost, gained; /* messages that call on the one side only */
	int lost_by[4];   /* of the lost ones that had raised an alert, by how it ended (enum load_end) */
	int real;         /* alerts of that time, as they stand */
	struct whatif_side before, after;
	struct whatif_example examples[WHATIF_EXAMPLES]; /* lost ones first of all */
	size_t example_count;
};

struct whatifs;
int whatifs_open(struct care *care, struct whatifs **ret_whatifs, struct err *reterr) MUST_CHECK;
/* whatifs_free: when the store runs no callbacks any more. */
void whatifs_free(struct whatifs **whatifs);

struct whatif_start {
	const char *programme_id, *staff_id;
	int days;
	struct whatif_change change;
	struct str preset;           /* empty: the programme's */
	struct policy **take_policy; /* NULL: the installed one. Taken also when this fails */
	struct str pack;             /* id of the pack that take_policy has more or otherwise */
};
/* whatif_start: E_LIMIT "busy" when too many run; E_INVALID "preset" for one that is not there. */
int whatif_start(struct whatifs *whatifs, const struct whatif_start *start, const struct whatif **ret_run, struct err *reterr) MUST_CHECK;
/* whatif_find: NULL for an unknown id or another programme's. whatif_next: of a programme, the newest first; NULL at the end. */
const struct whatif *whatif_find(const struct whatifs *whatifs, const char *programme_id, struct str id);
const struct whatif *whatif_next(const struct whatifs *whatifs, const char *programme_id, const struct whatif *after);
/* whatif_cancel: nothing when it has ended. */
void whatif_cancel(struct whatifs *whatifs, const struct whatif *run);

#endif
