import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type Client, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { Failed, Skeleton } from '../kit/parts';
import { ConsentPanel } from './parts/ConsentPanel';

export function ConsentPage({ clientId, session }: { clientId: string; session: Session }) {
  const { t } = useTranslation();
  const client = useQuery({ queryKey: ['client', clientId], queryFn: () => get<Client>(`/staff/clients/${clientId}`) });
  if (client.isPending) return <Skeleton rows={6} />;
  if (failed(client)) return <Failed error={client.error} onRetry={() => void client.refetch()} />;
  return (
    <div className="sheet">
      <div className="sheet-head"><h1>{client.data.name ?? client.data.pseudonym}</h1></div>
      <h2>{t('consents.title')}</h2>
      <ConsentPanel clientId={clientId} role={session.role} />
    </div>
  );
}
