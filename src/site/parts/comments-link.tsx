/** From a page of the documentation to what people say about it. */
export const CommentsLink = ({ page }: { readonly page: string }) => (
  <p>
    <a href={`/comments/${page}`}>Comments on this page</a>
  </p>
);
