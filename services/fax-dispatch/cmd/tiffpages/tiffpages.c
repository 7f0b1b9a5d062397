/*
 * tiffpages reads a TIFF file from standard input and writes its pictures to standard output, decoded by libtiff. Its
 * argument is the maximum number of pictures. fax-dispatch runs it in its sandbox and applies orientation and resolution.
 *
 * Each picture is a line "<x> <y> <orientation>" and then a PBM (P4) or PGM (P5) of Netpbm's raw forms, with the pixels as
 * they are stored. x and y are pixels per inch, 0 when unknown; orientation is the value of the tag. The last line is "end", or
 * the reason of a refusal: "damaged", "type", "too_large" or "too_long". The output ends within a picture that is damaged.
 * Previews and masks are skipped, unless the file has nothing else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

enum { MAX_DIRECTORIES = 1000, MAX_BYTES = 64 << 20 };

static const uint64_t MAX_PIXELS = 160u << 20; /* of a picture */

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

/* Errors that libtiff reports. A broken line of a fax is one; the lines after it can still be decoded. */
static unsigned long errors;

static void count_error(const char *module, const char *format, va_list args) {
	(void)module, (void)format, (void)args;
	errors++;
}

/* Whether the pixels of a picture are being written: a truncated picture needs no reason. */
static int writing;

static void finish(const char *reason) {
	if (writing) exit(2);
	puts(reason);
	exit(fflush(stdout) == 0 ? 0 : 1);
}

static void *allocate(size_t bytes) {
	void *found = malloc(bytes ? bytes : 1);
	if (!found) finish("too_large");
	return found;
}

static void read_file(void) {
	size_t room = 1 << 20, n;
	file.bytes = allocate(room);
	while ((n = fread(file.bytes + file.size, 1, room - file.size, stdin)) > 0) {
		file.size += n;
		if (file.size > MAX_BYTES) finish("too_large");
		if ((size_t)file.size < room) continue;
		room *= 2;
		if (!(file.bytes = realloc(file.bytes, room))) finish("too_large");
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
	if (!TIFFGetField(tif, TIFFTAG_IMAGEWIDTH, &p.width) || !TIFFGetField(tif, TIFFTAG_IMAGELENGTH, &p.height)) finish("damaged");
	if (p.width == 0 || p.height == 0) finish("damaged");
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
	writing = 1;
}

static void put(const void *bytes, size_t n) {
	if (fwrite(bytes, 1, n, stdout) != n) exit(1);
}

/* A picture of one bit per pixel, such as a fax, whose bits are kept. */
static void write_bits(TIFF *tif, const struct picture *p) {
	tmsize_t line = TIFFScanlineSize(tif);
	size_t want = ((size_t)p->width + 7) / 8;
	if (line < (tmsize_t)want) finish("damaged");
	unsigned char *row = allocate(line);
	unsigned char past = p->width % 8 ? 0xff >> p->width % 8 : 0;
	unsigned long before = errors;
	begin("P4", p, "");
	for (uint32_t y = 0; y < p->height; y++) {
		if (TIFFReadScanline(tif, row, y, 0) != 1) finish("damaged");
		if (p->photometric == PHOTOMETRIC_MINISBLACK)
			for (size_t i = 0; i < want; i++) row[i] = ~row[i];
		row[want - 1] &= ~past;
		put(row, want);
		if (errors - before > 20 + p->height / 10) finish("damaged"); /* noise, not a fax with a bad line */
	}
	free(row);
}

/* The brightness of a pixel on white paper. libtiff premultiplies colours by alpha. */
static unsigned char grey_of(uint32_t pixel) {
	unsigned white = 255 - TIFFGetA(pixel);
	unsigned grey = (299 * TIFFGetR(pixel) + 587 * TIFFGetG(pixel) + 114 * TIFFGetB(pixel) + 500) / 1000 + white;
	return grey > 255 ? 255 : grey;
}

static void write_greys_of_strips(TIFF *tif, const struct picture *p) {
	uint32_t rows = 0;
	TIFFGetFieldDefaulted(tif, TIFFTAG_ROWSPERSTRIP, &rows);
	if (rows == 0 || rows > p->height) rows = p->height;
	if ((uint64_t)rows * p->width > MAX_PIXELS / 2) finish("too_large");
	uint32_t *raster = allocate((size_t)rows * p->width * sizeof *raster);
	unsigned char *row = allocate(p->width);
	begin("P5", p, "255\n");
	for (uint32_t top = 0; top < p->height; top += rows) {
		uint32_t count = rows < p->height - top ? rows : p->height - top;
		if (!TIFFReadRGBAStripExt(tif, top, raster, 1)) finish("damaged");
		for (uint32_t y = 0; y < count; y++) { /* libtiff returns the lowest line first */
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
	if (!TIFFGetField(tif, TIFFTAG_TILEWIDTH, &wide) || !TIFFGetField(tif, TIFFTAG_TILELENGTH, &tall) || !wide || !tall) finish("damaged");
	if ((uint64_t)wide * tall > MAX_PIXELS / 2 || (uint64_t)tall * p->width > MAX_PIXELS) finish("too_large");
	uint32_t *raster = allocate((size_t)wide * tall * sizeof *raster);
	unsigned char *band = allocate((size_t)tall * p->width);
	begin("P5", p, "255\n");
	for (uint32_t top = 0; top < p->height; top += tall) {
		uint32_t count = tall < p->height - top ? tall : p->height - top;
		for (uint32_t left = 0; left < p->width; left += wide) {
			uint32_t part = wide < p->width - left ? wide : p->width - left;
			if (!TIFFReadRGBATileExt(tif, left, top, raster, 1)) finish("damaged");
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
	if (p.width > MAX_PIXELS / p.height) finish("too_large");
	int two = p.photometric == PHOTOMETRIC_MINISWHITE || p.photometric == PHOTOMETRIC_MINISBLACK;
	if (p.bits == 1 && p.samples == 1 && two && !TIFFIsTiled(tif)) {
		write_bits(tif, &p);
		writing = 0;
		return;
	}
	if (!TIFFRGBAImageOK(tif, why)) finish("type");
	TIFFSetField(tif, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT); /* pixels as they are stored; the reader rotates them */
	if (TIFFIsTiled(tif))
		write_greys_of_tiles(tif, &p);
	else
		write_greys_of_strips(tif, &p);
	writing = 0;
}

/* The number of directories without previews and masks. libtiff stops at a broken chain, which is detected here. */
static int count_pictures(TIFF *tif) {
	int count = 0, seen = 0;
	unsigned long before = errors;
	do {
		if (++seen > MAX_DIRECTORIES) finish("damaged");
		if (!is_auxiliary(tif)) count++;
	} while (TIFFReadDirectory(tif));
	if (errors != before || !TIFFLastDirectory(tif)) finish("damaged");
	return count;
}

int main(int arguments, char **argument) {
	long max = arguments > 1 ? strtol(argument[1], NULL, 10) : MAX_DIRECTORIES;
	TIFFSetWarningHandler(NULL);
	TIFFSetErrorHandler(count_error);
	read_file();
	TIFF *tif = TIFFClientOpen("", "r", NULL, file_read, file_write, file_seek, file_close, file_size, file_map, file_unmap);
	if (!tif) finish("damaged");
	int pictures = count_pictures(tif);
	if (pictures > max) finish("too_long");
	if (!TIFFSetDirectory(tif, 0)) finish("damaged");
	do {
		if (pictures == 0 || !is_auxiliary(tif)) write_picture(tif);
	} while (TIFFReadDirectory(tif));
	finish("end");
}
