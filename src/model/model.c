/* model.c: the common door to both kinds of models. */
#include "model/model_priv.h"

int model_start(struct model *model, const struct model_request *request, const struct model_events *events, void *ctx,
	struct model_call **ret_call, struct err *reterr)
{
	return model->ops->start(model, request, events, ctx, ret_call, reterr);
}

void model_cancel(struct model_call **call)
{
	if (*call)
		(*call)->model->ops->cancel(*call);
	*call = NULL;
}

struct str model_name(const struct model *model)
{
	return model->name;
}

bool model_is_builtin(const struct model *model)
{
	return model->ops->builtin;
}

void model_free(struct model **model)
{
	if (*model)
		(*model)->ops->release(*model);
	*model = NULL;
}
