/* Copies the file named by the first argument to the one named by the second: reaches files through open-at. */
#include <stdio.h>

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: copy-file FROM TO\n");
    return 2;
  }
  FILE *from = fopen(argv[1], "rb");
  FILE *to = fopen(argv[2], "wb");
  if (from == NULL || to == NULL) {
    perror("copy-file");
    return 1;
  }
  char buffer[512];
  size_t count;
  while ((count = fread(buffer, 1, sizeof buffer, from)) > 0) {
    fwrite(buffer, 1, count, to);
  }
  fclose(from);
  return fclose(to) == 0 ? 0 : 1;
}
