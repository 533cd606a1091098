/* model_priv.h: what kinds of models share. */
#ifndef HEED_MODEL_MODEL_PRIV_H
#define HEED_MODEL_MODEL_PRIV_H

#include "model/model.h"

struct model_ops {
	int (*start)(struct model *model, const struct model_request *request, const struct model_events *events, void *ctx,
		struct model_call **ret_call, struct err *reterr);
	void (*cancel)(struct model_call *call);
	void (*release)(struct model *model);
	bool builtin;
};

/* First member of every kind. */
struct model {
	const struct model_ops *ops;
	struct str name;
};

struct model_call {
	struct model *model;
};

#endif
