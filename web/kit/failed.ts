/* Whether a page has to say that its question failed: nothing was read yet, or the server itself said no (gone, not allowed).
 * What was read before stays when reading it again does not get through: a moment without a network, or with a busy server,
 * takes no page away from under somebody's hands, nor what they had typed. */
import type { QueryObserverLoadingErrorResult, UseQueryResult } from '@tanstack/react-query';
import { ApiError } from './api';

const passing = (error: unknown): boolean => !(error instanceof ApiError) || error.status < 400 || error.status >= 500 || error.status === 408 || error.status === 429;

export function failed<T>(query: UseQueryResult<T>): query is QueryObserverLoadingErrorResult<T> {
  return query.isError && (query.data === undefined || !passing(query.error));
}
