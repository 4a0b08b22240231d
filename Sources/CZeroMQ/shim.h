#include <zmq.h>
// The wake-up of a polling thread; the Glibc overlay does not include it.
#include <sys/eventfd.h>
