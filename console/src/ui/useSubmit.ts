import { useState } from "react";

/** Sends a form: it is busy meanwhile, and a refusal stays until the next try. */
export function useSubmit<V>(act: (values: V) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = (values: V) => {
    setBusy(true);
    setError(undefined);
    act(values)
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { busy, error, send, forget: () => setError(undefined) };
}
