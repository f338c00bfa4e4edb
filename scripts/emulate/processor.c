// Preloaded into Python before bochscpu: the processor that it makes is Sapphire Rapids, not
// Cannon Lake, which has no VNNI; the module has no setting for it. It also has the names of
// glibc 2.38 that the module asks for, for systems with an older one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>

void *_Z23create_corei3_cnl_cpuidP8BX_CPU_C(void *cpu) {
	void *(*create)(void *) = (void *(*)(void *))dlsym(RTLD_DEFAULT, "_Z28create_sapphire_rapids_cpuidP8BX_CPU_C");
	return create(cpu);
}

extern unsigned long long strtoull(const char *, char **, int);

unsigned long long __isoc23_strtoull(const char *s, char **end, int base) { return strtoull(s, end, base); }

int __isoc23_sscanf(const char *s, const char *format, ...) {
	va_list args;
	va_start(args, format);
	int n = vsscanf(s, format, args);
	va_end(args);
	return n;
}
