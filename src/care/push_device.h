/* push_device.h: the browsers in which members of staff asked to be notified, and the key by which push services know a programme.
 *
 *  active --taken off by the person, subscribed anew, or the push service says it is gone--> ended: address and keys are wiped */
#ifndef HEED_CARE_PUSH_DEVICE_H
#define HEED_CARE_PUSH_DEVICE_H

#include "care/care.h"

#define PUSH_DEVICES_MAX 8 /* active ones of a person */
#define PUSH_LABEL_MAX 120 /* bytes */

/* push_public_key: what a browser subscribes with, NUL-terminated; NULL while the operator has not switched pushes on. */
const char *push_public_key(const struct care *care, const char *programme_id);

/* As a browser says it: keys in base64url. */
struct push_device_new {
	struct str endpoint, p256dh, auth, label;
};
/* push_device_add: the actor is called there from now on, and their test is to be made anew. An endpoint that is known already, whoever's
 * it was, is theirs alone. E_INVALID "push_device.endpoint: what is wrong", or "too_many_devices"; E_CONFLICT when it was added twice at
 * the same time. */
int push_device_add(struct care *care, const struct scope *scope, const struct push_device_new *device, unit_done done, void *ctx,
	struct err *reterr) MUST_CHECK;
/* push_device_remove: one of the actor's own; E_NOT_FOUND for others, E_CONFLICT when it has ended. */
int push_device_remove(
	struct care *care, const struct scope *scope, const char *device_id, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

/* push_device_label: of an active one; empty when it is none. Valid until the loop's next round. */
struct str push_device_label(const struct care *care, const char *staff_id, struct str device_id);

/* push_arrived: the service worker of that browser says that it showed the notification of this delivery. E_DENIED unless the token is the
 * one that the notification carried; E_CONFLICT when the delivery is not (or no more) on its way: while the push service is still
 * answering too. */
#define PUSH_TOKEN_TEXT 23 /* 16 bytes in base64url, with NUL */
int push_arrived(struct care *care, const char *delivery_id, struct str token, unit_done done, void *ctx, struct err *reterr) MUST_CHECK;

#endif
