/* holder.c - who holds a database's lock, for a message.
 *
 * SQLite's locks are those of fcntl(2), at bytes that its file format documents: of a
 * database in WAL mode the lock of writers is the first in the -shm file, else those of
 * writers are two in the database itself. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { SHM_WRITER = 120, PENDING = 0x40000000, RESERVED = PENDING + 1 };

/* The file stays open: to close it would give up the locks that SQLite has on it. It is
 * closed with the program, which ends when it cannot have the database. */
static pid_t lock_holder(const char *path, off_t first, off_t n)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = first, .l_len = n };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0 ? lock.l_pid : 0;
}

static pid_t find_holder(const char *path)
{
	char *shm = xasprintf("%s-shm", path);
	pid_t pid = lock_holder(shm, SHM_WRITER, 1);

	free(shm);
	return pid ? pid : lock_holder(path, PENDING, RESERVED + 1 - PENDING);
}

/* Its name, as far as that is told; else empty. */
static void read_name(pid_t pid, char *name, size_t size)
{
	char *path = xasprintf("/proc/%ld/comm", (long)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, name, size - 1);

	name[n > 0 ? n : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
	free(path);
}

void holder_write(struct store *store, struct buffer *out)
{
	const char *path = store->path ? sqlite3_db_filename(store->db, "main") : NULL;
	pid_t pid = path && *path ? find_holder(path) : 0;
	char name[64];

	if (!pid) {
		buffer_puts(out, "another program is using it");
		return;
	}
	read_name(pid, name, sizeof name);
	buffer_printf(out, "process %ld%s%s%s is writing to it", (long)pid, *name ? " (" : "", name, *name ? ")" : "");
}
