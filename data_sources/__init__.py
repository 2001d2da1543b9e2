"""One file per publisher: publishers are asked, their words are read into the one tidy frame, the frame is kept."""
