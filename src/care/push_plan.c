/* push_plan.c: see push_plan.h. */
#include "care/push_plan.h"

#include <string.h>

static bool is_loopback(struct str host)
{
	size_t colon = str_find(host, STR(":"), 0);
	struct str port = colon == SIZE_MAX ? STR("") : str_sub(host, colon + 1, SIZE_MAX);
	bool digits = port.len >= 1 && port.len <= 5;
	for (size_t i = 0; i < port.len; i++)
		digits &= port.ptr[i] >= '0' && port.ptr[i] <= '9';
	return digits && (str_starts(host, STR("127.0.0.1:")) || str_starts(host, STR("localhost:")));
}

/* Labels of small letters, digits and inner hyphens; at least two, the last with a letter: so it is no address. */
static bool is_name(struct str name)
{
	size_t labels = 0;
	bool letter = false;
	if (name.len > 253)
		return false;
	for (struct str rest = name; rest.ptr;) {
		struct str label = str_split(&rest, '.');
		letter = false;
		if (!label.len || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++) {
			bool small = label.ptr[i] >= 'a' && label.ptr[i] <= 'z';
			if (!small && !(label.ptr[i] >= '0' && label.ptr[i] <= '9') && label.ptr[i] != '-')
				return false;
			letter |= small;
		}
		labels++;
	}
	return labels >= 2 && letter;
}

bool push_host_good(struct str host, bool loopback)
{
	if (is_loopback(host))
		return loopback;
	return is_name(str_starts(host, STR("*.")) ? str_sub(host, 2, SIZE_MAX) : host);
}

static bool matches(struct str host, struct str pattern)
{
	if (!str_starts(pattern, STR("*.")))
		return str_eq(host, pattern);
	struct str end = str_sub(pattern, 1, SIZE_MAX); /* with its dot */
	return host.len > end.len && str_ends(host, end);
}

bool push_endpoint_good(struct str endpoint, const struct str *hosts, size_t count, struct str *ret_origin)
{
	bool plain = str_starts(endpoint, STR("http://"));
	size_t scheme = plain ? 7 : 8;
	if (endpoint.len > PUSH_ENDPOINT_MAX || (!plain && !str_starts(endpoint, STR("https://"))))
		return false;
	for (size_t i = 0; i < endpoint.len; i++) {
		unsigned char c = (unsigned char)endpoint.ptr[i];
		if (c <= ' ' || c >= 0x7f || strchr("\"\\#<>^`{|}", c))
			return false;
	}
	size_t slash = str_find(endpoint, STR("/"), scheme);
	struct str host = slash == SIZE_MAX ? STR("") : str_sub(endpoint, scheme, slash);
	/* A host that could not be named is none; so an "@" or another port never gets through. */
	if (slash + 1 >= endpoint.len || is_loopback(host) != plain || (!plain && !is_name(host)))
		return false;
	for (size_t i = 0; i < count; i++)
		if (matches(host, hosts[i])) {
			if (ret_origin)
				*ret_origin = str_sub(endpoint, 0, slash);
			return true;
		}
	return false;
}

const char *push_urgency(int priority)
{
	static const char *const urgencies[] = { "high", "high", "normal", "low", "very-low" };
	return priority < 0 || priority > 4 ? "high" : urgencies[priority];
}

int push_ttl_s(int priority, wall_time due, wall_time now)
{
	static const int most_s[] = { 900, 900, 4 * 3600, 12 * 3600, 24 * 3600 };
	int64_t most = most_s[priority < 0 || priority > 4 ? 0 : priority], left = (due.us - now.us) / SECOND_US;
	if (!due.us || left > most)
		return (int)most;
	return left < 60 ? 60 : (int)left;
}
