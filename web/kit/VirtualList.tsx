/* A list of any length that is read page by page as one scrolls, with only the rows in sight in the document. A row is as high as its words need: nothing in it is cut, however
 * narrow the window. Keyboard and screen reader as a grid list. */
import { useInfiniteQuery, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { GridList, GridListItem, GridListLoadMoreItem, ListLayout, Virtualizer } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { get, type Page } from './api';
import { Failed, Skeleton } from './parts';

/* usePages: the pages of a list of the server, by its cursor. path has its query already. */
export function usePages<T>(key: QueryKey, path: string) {
  return useInfiniteQuery<Page<T>, Error, InfiniteData<Page<T>>, QueryKey, string>({
    queryKey: key,
    initialPageParam: '',
    queryFn: ({ pageParam }) => get<Page<T>>(path + (pageParam ? `&after=${encodeURIComponent(pageParam)}` : '')),
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
    placeholderData: (old) => old, /* while one types, the old rows stay */
  });
}

interface VirtualListProps<T extends { id: string }> {
  label: string;
  query: ReturnType<typeof usePages<T>>;
  rowHeight: number; /* of a row whose words fit; the least */
  hrefOf?: (row: T) => string;
  textOf: (row: T) => string; /* what the row is called, for typing ahead and screen readers */
  row: (row: T) => ReactNode;
  empty: ReactNode;
  selected?: string | null;
}

export function VirtualList<T extends { id: string }>({ label, query, rowHeight, hrefOf, textOf, row, empty, selected }: VirtualListProps<T>) {
  const { t } = useTranslation();
  /* A page without rows that has a next one: the server looked as far as it may in one answer. */
  const looking = Boolean(query.data && query.hasNextPage && query.data.pages.every((page) => page.items.length === 0));
  const { isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (looking && !isFetchingNextPage) void fetchNextPage();
  }, [looking, isFetchingNextPage, fetchNextPage]);
  if (query.isPending) return <Skeleton rows={8} />;
  if (query.isError && !query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const seen = new Set<string>();
  const rows = (query.data?.pages ?? []).flatMap((page) => page.items).filter((each) => !seen.has(each.id) && seen.add(each.id)); /* one may move while pages are read */
  if (rows.length === 0) return looking ? <Skeleton rows={8} /> : <>{empty}</>;
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowHeight: rowHeight, loaderHeight: 48 }}>
      <GridList aria-label={label} className="virtual-list" selectionMode="none">
        {rows.map((each) => (
          <GridListItem key={each.id} id={each.id} href={hrefOf?.(each)} textValue={textOf(each)} className="virtual-row" style={{ minBlockSize: rowHeight }} data-current={each.id === selected || undefined}>
            {row(each)}
          </GridListItem>
        ))}
        <GridListLoadMoreItem isLoading={query.isFetchingNextPage} onLoadMore={() => void (query.hasNextPage && !query.isFetchingNextPage && query.fetchNextPage())} className="virtual-more">
          {t('kit.loading')}
        </GridListLoadMoreItem>
      </GridList>
    </Virtualizer>
  );
}
