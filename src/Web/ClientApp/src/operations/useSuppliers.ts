import { useState } from 'preact/hooks';
import { ApiProblem } from '../api/http/request';
import { listSuppliers, steerSupplier, type Supplier, type SupplierAction } from '../api/suppliers';
import { texts } from '../i18n/language';
import { showToast } from '../state/toasts';
import { useRepeated } from '../state/useRepeated';

/** The suppliers, every two seconds, and what an operator may do with them. */
export function useSuppliers() {
  const { value: suppliers, setValue: setSuppliers, stale } = useRepeated(listSuppliers, 2_000, 'the suppliers');
  const [busy, setBusy] = useState(false);

  const steer = async (supplier: Supplier, action: SupplierAction) => {
    if (busy) return;
    setBusy(true);
    try {
      const now = await steerSupplier(supplier, action);
      setSuppliers((all) => all?.map((one) => (one.id === now.id ? now : one)) ?? null);
      showToast('good', texts().suppliers.done[action]);
    } catch (error) {
      showToast('bad', texts().operations.failed, error instanceof ApiProblem ? error.message : undefined);
    }
    setBusy(false);
  };
  return { suppliers, stale, busy, steer: (supplier: Supplier, action: SupplierAction) => void steer(supplier, action) };
}
