import { Button, Space } from "antd";
import { useState } from "react";
import { useCommonTexts } from "@/i18n/common";

/** Paging of lists that know only their next page. The way back is remembered while the page is shown. */
export function useTokens(token: string | undefined, go: (token: string | undefined) => void) {
  const [trail, setTrail] = useState<(string | undefined)[]>([]);
  return {
    first: token
      ? () => {
          setTrail([]);
          go(undefined);
        }
      : undefined,
    previous: trail.length
      ? () => {
          go(trail.at(-1));
          setTrail(trail.slice(0, -1));
        }
      : undefined,
    forward: (next: string) => {
      setTrail([...trail, token]);
      go(next);
    },
  };
}

export function TokenPager({ tokens, next }: { tokens: ReturnType<typeof useTokens>; next: string | undefined }) {
  const t = useCommonTexts();
  if (!tokens.first && !tokens.previous && !next) return null;
  return (
    <Space style={{ display: "flex", justifyContent: "flex-end", marginTop: 16 }}>
      <Button disabled={!tokens.first} onClick={tokens.first}>
        {t("first")}
      </Button>
      <Button disabled={!tokens.previous} onClick={tokens.previous}>
        {t("previous")}
      </Button>
      <Button disabled={!next} onClick={() => next && tokens.forward(next)}>
        {t("next")}
      </Button>
    </Space>
  );
}
