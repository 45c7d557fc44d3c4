/*
 * Debian 12's simple-whip-client speaks HTTP by libsoup 2; GStreamer's ICE brings UPnP along, and
 * with it libsoup 3, and a process that has both ends at once. This stands in for UPnP, which no
 * test needs: encoders.test.ts builds it beside itself and puts it before the real one.
 */
#include <stddef.h>
void *gupnp_simple_igd_thread_new(void) { return NULL; }
void gupnp_simple_igd_add_port(void) {}
void gupnp_simple_igd_remove_port(void) {}
void gupnp_simple_igd_remove_port_local(void) {}
int gupnp_simple_igd_delete_all_mappings(void) { return 1; }
unsigned long gupnp_simple_igd_get_type(void) { return 0; }
unsigned long gupnp_simple_igd_thread_get_type(void) { return 0; }
