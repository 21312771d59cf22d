/** What a view of findings is given. */
export interface FindingProps {
  jobId: string;
  mediaId: string | undefined;
}
