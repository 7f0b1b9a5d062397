/*
 * tiffpages reads a TIFF file from standard input and writes its pictures to standard output, decoded by libtiff. Its
 * argument is how many there may be. It is for fax-dispatch, which runs it under limits and knows what orientation and
 * resolution mean for a fax page.
 *
 * Each picture is a line "<x> <y> <orientation>" and then a PBM (P4) or PGM (P5) of Netpbm's raw forms, with the pixels as
 * they are stored. x and y are pixels in an inch, 0 when the file does not say; orientation is the number of the tag. The
 * last line is "end", or the reason why there is no more: "damaged", "type", "too_large" or "too_long". A picture that is
 * damaged in itself breaks off, and nothing follows. Previews and masks are left out, unless the file has nothing else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

enum { MOST_DIRECTORIES = 1000, MOST_BYTES = 64 << 20 };

static const uint64_t MOST_PIXELS = 160u << 20; /* of a picture */

/* The file in memory, as libtiff reads it. */
static struct {
	unsigned char *bytes;
	tmsize_t size, at;
} file;

static tmsize_t file_read(thandle_t h, void *to, tmsize_t n) {
	(void)h;
	if (file.at >= file.size || n <= 0) return 0;
	if (n > file.size - file.at) n = file.size - file.at;
	memcpy(to, file.bytes + file.at, n);
	file.at += n;
	return n;
}

static tmsize_t file_write(thandle_t h, void *from, tmsize_t n) {
	(void)h, (void)from, (void)n;
	return 0;
}

static toff_t file_seek(thandle_t h, toff_t to, int whence) {
	(void)h;
	if (whence == SEEK_CUR) to += file.at;
	if (whence == SEEK_END) to += file.size;
	if (to > (toff_t)1 << 40) return (toff_t)-1;
	file.at = (tmsize_t)to;
	return to;
}

static toff_t file_size(thandle_t h) {
	(void)h;
	return (toff_t)file.size;
}

static int file_close(thandle_t h) {
	(void)h;
	return 0;
}

static int file_map(thandle_t h, void **base, toff_t *size) {
	(void)h;
	*base = file.bytes;
	*size = (toff_t)file.size;
	return 1;
}

static void file_unmap(thandle_t h, void *base, toff_t size) { (void)h, (void)base, (void)size; }

/* What libtiff calls errors: of a fax, a line whose code is broken is one, and the picture goes on. */
static unsigned long faults;

static void count_fault(const char *module, const char *format, va_list args) {
	(void)module, (void)format, (void)args;
	faults++;
}

/* Whether the pixels of a picture are being written. One that breaks off says enough. */
static int within;

static void leave(const char *word) {
	if (within) exit(2);
	puts(word);
	exit(fflush(stdout) == 0 ? 0 : 1);
}

static void *need(size_t bytes) {
	void *found = malloc(bytes ? bytes : 1);
	if (!found) leave("too_large");
	return found;
}

static void read_file(void) {
	size_t room = 1 << 20, n;
	file.bytes = need(room);
	while ((n = fread(file.bytes + file.size, 1, room - file.size, stdin)) > 0) {
		file.size += n;
		if (file.size > MOST_BYTES) leave("too_large");
		if ((size_t)file.size < room) continue;
		room *= 2;
		if (!(file.bytes = realloc(file.bytes, room))) leave("too_large");
	}
	if (ferror(stdin)) exit(1);
}

/* Whether the current picture is a preview or a mask of another one. */
static int is_auxiliary(TIFF *tif) {
	uint32_t kind = 0;
	uint16_t old = 0;
	if (TIFFGetField(tif, TIFFTAG_SUBFILETYPE, &kind)) return (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
	return TIFFGetField(tif, TIFFTAG_OSUBFILETYPE, &old) && old == OFILETYPE_REDUCEDIMAGE;
}

struct picture {
	uint32_t width, height;
	uint16_t bits, samples, photometric, orientation, compression;
	float x, y;
};

static struct picture describe(TIFF *tif) {
	struct picture p = {0};
	uint16_t unit = RESUNIT_INCH;
	if (!TIFFGetField(tif, TIFFTAG_IMAGEWIDTH, &p.width) || !TIFFGetField(tif, TIFFTAG_IMAGELENGTH, &p.height)) leave("damaged");
	if (p.width == 0 || p.height == 0) leave("damaged");
	TIFFGetFieldDefaulted(tif, TIFFTAG_BITSPERSAMPLE, &p.bits);
	TIFFGetFieldDefaulted(tif, TIFFTAG_SAMPLESPERPIXEL, &p.samples);
	TIFFGetFieldDefaulted(tif, TIFFTAG_ORIENTATION, &p.orientation);
	TIFFGetFieldDefaulted(tif, TIFFTAG_COMPRESSION, &p.compression);
	TIFFGetFieldDefaulted(tif, TIFFTAG_RESOLUTIONUNIT, &unit);
	if (!TIFFGetField(tif, TIFFTAG_PHOTOMETRIC, &p.photometric)) p.photometric = PHOTOMETRIC_MINISWHITE;
	if (!TIFFGetField(tif, TIFFTAG_XRESOLUTION, &p.x) || !TIFFGetField(tif, TIFFTAG_YRESOLUTION, &p.y)) p.x = p.y = 0;
	if (unit == RESUNIT_CENTIMETER) p.x *= 2.54f, p.y *= 2.54f;
	if (!(p.x > 0 && p.x < 1e6f && p.y > 0 && p.y < 1e6f)) p.x = p.y = 0;
	if (p.orientation < 1 || p.orientation > 8) p.orientation = 1;
	return p;
}

static void begin(const char *magic, const struct picture *p, const char *brightest) {
	printf("%.4f %.4f %u\n%s %u %u\n%s", p->x, p->y, p->orientation, magic, p->width, p->height, brightest);
	within = 1;
}

static void put(const void *bytes, size_t n) {
	if (fwrite(bytes, 1, n, stdout) != n) exit(1);
}

/* A picture of one bit a pixel, as faxes are: its bits stay what they are. */
static void write_bits(TIFF *tif, const struct picture *p) {
	tmsize_t line = TIFFScanlineSize(tif);
	size_t want = ((size_t)p->width + 7) / 8;
	if (line < (tmsize_t)want) leave("damaged");
	unsigned char *row = need(line);
	unsigned char past = p->width % 8 ? 0xff >> p->width % 8 : 0;
	unsigned long before = faults;
	begin("P4", p, "");
	for (uint32_t y = 0; y < p->height; y++) {
		if (TIFFReadScanline(tif, row, y, 0) != 1) leave("damaged");
		if (p->photometric == PHOTOMETRIC_MINISBLACK)
			for (size_t i = 0; i < want; i++) row[i] = ~row[i];
		row[want - 1] &= ~past;
		put(row, want);
		if (faults - before > 20 + p->height / 10) leave("damaged"); /* noise, not a fax with a bad line */
	}
	free(row);
}

/* The brightness of a pixel of libtiff's, whose colours are multiplied by its opacity, on white paper. */
static unsigned char grey_of(uint32_t pixel) {
	unsigned white = 255 - TIFFGetA(pixel);
	unsigned grey = (299 * TIFFGetR(pixel) + 587 * TIFFGetG(pixel) + 114 * TIFFGetB(pixel) + 500) / 1000 + white;
	return grey > 255 ? 255 : grey;
}

static void write_greys_of_strips(TIFF *tif, const struct picture *p) {
	uint32_t rows = 0;
	TIFFGetFieldDefaulted(tif, TIFFTAG_ROWSPERSTRIP, &rows);
	if (rows == 0 || rows > p->height) rows = p->height;
	if ((uint64_t)rows * p->width > MOST_PIXELS / 2) leave("too_large");
	uint32_t *raster = need((size_t)rows * p->width * sizeof *raster);
	unsigned char *row = need(p->width);
	begin("P5", p, "255\n");
	for (uint32_t top = 0; top < p->height; top += rows) {
		uint32_t count = rows < p->height - top ? rows : p->height - top;
		if (!TIFFReadRGBAStripExt(tif, top, raster, 1)) leave("damaged");
		for (uint32_t y = 0; y < count; y++) { /* libtiff puts the lowest line first */
			const uint32_t *from = raster + (size_t)(count - 1 - y) * p->width;
			for (uint32_t x = 0; x < p->width; x++) row[x] = grey_of(from[x]);
			put(row, p->width);
		}
	}
	free(raster);
	free(row);
}

static void write_greys_of_tiles(TIFF *tif, const struct picture *p) {
	uint32_t wide = 0, tall = 0;
	if (!TIFFGetField(tif, TIFFTAG_TILEWIDTH, &wide) || !TIFFGetField(tif, TIFFTAG_TILELENGTH, &tall) || !wide || !tall) leave("damaged");
	if ((uint64_t)wide * tall > MOST_PIXELS / 2 || (uint64_t)tall * p->width > MOST_PIXELS) leave("too_large");
	uint32_t *raster = need((size_t)wide * tall * sizeof *raster);
	unsigned char *band = need((size_t)tall * p->width);
	begin("P5", p, "255\n");
	for (uint32_t top = 0; top < p->height; top += tall) {
		uint32_t count = tall < p->height - top ? tall : p->height - top;
		for (uint32_t left = 0; left < p->width; left += wide) {
			uint32_t part = wide < p->width - left ? wide : p->width - left;
			if (!TIFFReadRGBATileExt(tif, left, top, raster, 1)) leave("damaged");
			for (uint32_t y = 0; y < count; y++)
				for (uint32_t x = 0; x < part; x++)
					band[(size_t)y * p->width + left + x] = grey_of(raster[(size_t)(tall - 1 - y) * wide + x]);
		}
		put(band, (size_t)count * p->width);
	}
	free(raster);
	free(band);
}

static void write_picture(TIFF *tif) {
	char why[1024];
	struct picture p = describe(tif);
	if (p.width > MOST_PIXELS / p.height) leave("too_large");
	int two = p.photometric == PHOTOMETRIC_MINISWHITE || p.photometric == PHOTOMETRIC_MINISBLACK;
	if (p.bits == 1 && p.samples == 1 && two && !TIFFIsTiled(tif)) {
		write_bits(tif, &p);
		within = 0;
		return;
	}
	if (!TIFFRGBAImageOK(tif, why)) leave("type");
	TIFFSetField(tif, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT); /* pixels as they are stored; the reader turns them */
	if (TIFFIsTiled(tif))
		write_greys_of_tiles(tif, &p);
	else
		write_greys_of_strips(tif, &p);
	within = 0;
}

/* How many directories there are that are no previews or masks. The chain has to end: libtiff stops at a broken one. */
static int count_pictures(TIFF *tif) {
	int count = 0, seen = 0;
	unsigned long before = faults;
	do {
		if (++seen > MOST_DIRECTORIES) leave("damaged");
		if (!is_auxiliary(tif)) count++;
	} while (TIFFReadDirectory(tif));
	if (faults != before || !TIFFLastDirectory(tif)) leave("damaged");
	return count;
}

int main(int arguments, char **argument) {
	long most = arguments > 1 ? strtol(argument[1], NULL, 10) : MOST_DIRECTORIES;
	TIFFSetWarningHandler(NULL);
	TIFFSetErrorHandler(count_fault);
	read_file();
	TIFF *tif = TIFFClientOpen("", "r", NULL, file_read, file_write, file_seek, file_close, file_size, file_map, file_unmap);
	if (!tif) leave("damaged");
	int pictures = count_pictures(tif);
	if (pictures > most) leave("too_long");
	if (!TIFFSetDirectory(tif, 0)) leave("damaged");
	do {
		if (pictures == 0 || !is_auxiliary(tif)) write_picture(tif);
	} while (TIFFReadDirectory(tif));
	leave("end");
}
