import { useQuery } from '@tanstack/react-query';
import { get } from '../kit/api';
import type { Place } from '../kit/consent';

/* Where the client lives and is now. A late answer cannot overwrite a newer one: each country's help has a key of its own (help.ts), and what is saved
 * here is what the server answered last. */
export function usePlace(enabled = true) {
  return useQuery({ queryKey: ['place'], queryFn: () => get<Place>('/client/place'), staleTime: Infinity, retry: 1, enabled });
}
