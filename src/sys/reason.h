/* reason.h: what an errno value means, in words; thread-safe, unlike strerror. */
#ifndef HEED_SYS_REASON_H
#define HEED_SYS_REASON_H

struct reason {
	char text[96];
};

/* sys_reason: by value, so that `sys_reason(errno).text` lives to the end of the full expression. */
struct reason sys_reason(int number);

#endif
