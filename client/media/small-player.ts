/** Puts the picture into a small window that stays above the others, or back into its page. */
export function turnSmallPlayer(video: HTMLVideoElement | null): void {
  const act =
    document.pictureInPictureElement === null
      ? video?.requestPictureInPicture()
      : document.exitPictureInPicture()
  act?.catch(() => undefined) // the browser says no: the picture stays where it is
}
