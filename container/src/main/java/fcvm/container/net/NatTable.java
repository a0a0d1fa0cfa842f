package fcvm.container.net;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One VM's table of nftables, as the batch for `nft -j -f -` that makes it, whole or not at all.
///
/// What the guest sends leaves the host with the host's address; what is sent to a published port
/// goes to the guest, also from the host itself. The rules of others are not touched: a table of
/// its own can be removed without looking at them.
final class NatTable {
  private static final String FAMILY = "ip";
  private static final int RAW = -300;
  private static final int DSTNAT = -100;
  private static final int SRCNAT = 100;

  private NatTable() {}

  static String name(String vm) {
    return "fcvm-" + vm;
  }

  /// The batch that makes it, in place of one that is there.
  static String rules(String vm, String veth, Subnet subnet, List<PublishedPort> published) {
    List<Object> commands = new ArrayList<>(removalOf(vm));
    commands.add(add("table", Map.of("family", FAMILY, "name", name(vm))));
    commands.add(chain(vm, "guard", "filter", "prerouting", RAW));
    commands.add(chain(vm, "prerouting", "nat", "prerouting", DSTNAT));
    commands.add(chain(vm, "output", "nat", "output", DSTNAT));
    commands.add(chain(vm, "postrouting", "nat", "postrouting", SRCNAT));
    // The host lets 127.0.0.1 pass there for published ports; the guest is not to use that.
    commands.add(
        rule(
            vm,
            "guard",
            List.of(
                match(meta("iifname"), "==", veth),
                match(payload("ip", "daddr"), "==", prefix("127.0.0.0", 8)),
                drop())));
    // Nor to be somebody else.
    commands.add(
        rule(
            vm,
            "guard",
            List.of(
                match(meta("iifname"), "==", veth),
                match(payload("ip", "saddr"), "!=", subnet.guest()),
                drop())));
    for (PublishedPort port : published) {
      commands.add(rule(vm, "prerouting", publication(port, subnet)));
      commands.add(rule(vm, "output", publication(port, subnet)));
    }
    // From 127.0.0.1 to the guest: it could not answer there.
    commands.add(
        rule(
            vm,
            "postrouting",
            List.of(
                match(meta("oifname"), "==", veth),
                match(payload("ip", "saddr"), "==", prefix("127.0.0.0", 8)),
                masquerade())));
    commands.add(
        rule(
            vm,
            "postrouting",
            List.of(
                match(payload("ip", "saddr"), "==", subnet.guest()),
                match(meta("oifname"), "!=", veth),
                masquerade())));
    return json(commands);
  }

  /// The batch that removes it, if it is there.
  static String removal(String vm) {
    return json(removalOf(vm));
  }

  private static List<Object> removalOf(String vm) {
    Map<String, Object> table = Map.of("family", FAMILY, "name", name(vm));
    return List.of(add("table", table), Map.of("delete", Map.of("table", table)));
  }

  private static List<Object> publication(PublishedPort port, Subnet subnet) {
    List<Object> expressions = new ArrayList<>();
    // To an address of this host, not through it to somebody else's.
    expressions.add(
        match(Map.of("fib", Map.of("result", "type", "flags", List.of("daddr"))), "==", "local"));
    if (!port.address().isAnyLocalAddress()) {
      expressions.add(match(payload("ip", "daddr"), "==", port.address().getHostAddress()));
    }
    expressions.add(match(payload(port.protocol().toString(), "dport"), "==", port.hostPort()));
    expressions.add(Map.of("dnat", Map.of("addr", subnet.guest(), "port", port.guestPort())));
    return expressions;
  }

  private static Object chain(String vm, String name, String type, String hook, int priority) {
    return add(
        "chain",
        Map.of(
            "family", FAMILY,
            "table", name(vm),
            "name", name,
            "type", type,
            "hook", hook,
            "prio", priority,
            "policy", "accept"));
  }

  private static Object rule(String vm, String chain, List<Object> expressions) {
    return add(
        "rule", Map.of("family", FAMILY, "table", name(vm), "chain", chain, "expr", expressions));
  }

  private static Object add(String what, Map<String, Object> properties) {
    return Map.of("add", Map.of(what, properties));
  }

  private static Object match(Object left, String operator, Object right) {
    return Map.of("match", Map.of("op", operator, "left", left, "right", right));
  }

  private static Object meta(String key) {
    return Map.of("meta", Map.of("key", key));
  }

  private static Object payload(String protocol, String field) {
    return Map.of("payload", Map.of("protocol", protocol, "field", field));
  }

  private static Object prefix(String address, int length) {
    return Map.of("prefix", Map.of("addr", address, "len", length));
  }

  private static Object masquerade() {
    return verdict("masquerade");
  }

  private static Object drop() {
    return verdict("drop");
  }

  private static Object verdict(String name) {
    Map<String, Object> expression = new HashMap<>();
    expression.put(name, null);
    return expression;
  }

  private static String json(List<Object> commands) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      write(json, Map.of("nftables", commands));
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, Object value) {
    switch (value) {
      case null -> json.writeNull();
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach((key, element) -> {
          json.writeName(String.valueOf(key));
          write(json, element);
        });
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        list.forEach(element -> write(json, element));
        json.writeEndArray();
      }
      case Integer number -> json.writeNumber(number);
      default -> json.writeString(value.toString());
    }
  }
}
