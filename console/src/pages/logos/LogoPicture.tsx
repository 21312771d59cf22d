import { address } from "./picture";
import "./logos.css";

/** A logo on a ground that shows what of it is transparent. */
export function LogoPicture({ picture, alt = "", large = false }: { picture: string | undefined; alt?: string; large?: boolean }) {
  return <span className={large ? "logo-picture logo-large" : "logo-picture"}>{picture && <img src={address(picture)} alt={alt} />}</span>;
}
