package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.GuestFiles;
import fcvm.container.net.NetworkMode;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.Passt;
import fcvm.container.net.PublishedPort;
import fcvm.linux.MacAddress;
import fcvm.provision.Provision;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The options of a run that are about its network.
final class NetworkFlags {
  private static final String NETWORK = "--network";
  private static final String PUBLISH = "--publish";
  private static final String DNS = "--dns";
  private static final String SEARCH = "--dns-search";
  private static final String PASST = "--passt";
  private static final String MAC = "--mac-address";

  /// Behind the mode, as in `bridged:mtu=9000`.
  private static final String MTU = "mtu=";

  private static final String DOMAIN = "[0-9A-Za-z_]([0-9A-Za-z._-]{0,252})";

  /// Programs read one or the other case.
  private static final List<String> PROXIES =
      List.of("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy");

  private NetworkFlags() {}

  static void describe(CommandSpec spec) {
    spec.addOption(
            Option.choice(
                "How the container reaches the world: rootless (default), as a program of yours"
                    + " would; bridged, as a computer behind this one, which takes root; or none."
                    + " With :mtu=BYTES, frames carry as much.",
                NetworkMode.names(),
                NETWORK,
                "--net"))
        .addOption(
            Option.values(
                "[HOSTIP:]HOSTPORT:PORT[/tcp|udp]",
                "Let a port of the host, of 127.0.0.1 unless said otherwise, lead to one of the"
                    + " container.",
                "-p",
                PUBLISH))
        .addOption(
            Option.values(
                "ADDRESS", "Ask this name server instead of those that the host asks.", DNS))
        .addOption(
            Option.values(
                "DOMAIN",
                "Look short names up in this domain instead of those of the host; . for none.",
                SEARCH))
        .addOption(
            Option.value("ADDRESS", "The network card's address (default: one made up).", MAC))
        .addOption(Option.hiddenValues("WORD", PASST));
  }

  static NetworkOptions of(ParseResult parsed, Invocation invocation)
      throws UsageException, ContainerException {
    String[] network = Raw.text(Option.get(parsed, NETWORK, "")).split(":", 2);
    NetworkMode mode = mode(network[0]);
    OptionalInt mtu = network.length < 2 ? OptionalInt.empty() : OptionalInt.of(mtu(network[1]));
    List<String> publish = Option.<List<String>>get(parsed, PUBLISH, List.of());
    List<String> dns = Option.<List<String>>get(parsed, DNS, List.of());
    List<String> searches = Option.<List<String>>get(parsed, SEARCH, List.of());
    Optional<String> mac = Option.find(parsed, MAC);
    boolean isPlain = publish.isEmpty() && dns.isEmpty() && searches.isEmpty() && mac.isEmpty();
    if (mode == NetworkMode.NONE && !isPlain) {
      throw new UsageException(
          "--network none excludes --publish, --dns, --dns-search and --mac-address");
    }
    List<byte[]> proxies = new ArrayList<>();
    if (mode != NetworkMode.NONE) {
      proxies(invocation)
          .forEach(
              (name, value) -> proxies.add((name + "=" + value).getBytes(StandardCharsets.UTF_8)));
    }
    return new NetworkOptions(
        mode,
        mtu,
        PublishedPort.parse(publish.stream().map(Raw::text).toList()),
        nameservers(dns.stream().map(Raw::text).toList()),
        searches(searches.stream().map(Raw::text).toList()),
        mac.isEmpty() ? Optional.empty() : Optional.of(mac(Raw.text(mac.get()))),
        proxies);
  }

  private static NetworkMode mode(String text) throws UsageException {
    Optional<NetworkMode> mode =
        text.isEmpty() ? Optional.of(NetworkMode.ROOTLESS) : NetworkMode.of(text);
    if (mode.isEmpty()) {
      throw new UsageException("--network: rootless, bridged or none, not '" + text + "'");
    }
    return mode.get();
  }

  private static int mtu(String text) throws UsageException {
    int mtu = -1;
    if (text.startsWith(MTU)) {
      try {
        mtu = Integer.parseInt(text.substring(MTU.length()));
      } catch (NumberFormatException e) {
        // Said below.
      }
    }
    if (mtu < NetworkOptions.MIN_MTU || mtu > NetworkOptions.MAX_MTU) {
      throw new UsageException(
          "--network: behind the colon mtu=BYTES, %d to %d, not '%s'"
              .formatted(NetworkOptions.MIN_MTU, NetworkOptions.MAX_MTU, text));
    }
    return mtu;
  }

  private static List<String> nameservers(List<String> texts) throws UsageException {
    for (String text : texts) {
      try {
        InetAddress.ofLiteral(text);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--dns: an IP address, not '" + text + "'");
      }
    }
    return texts;
  }

  private static List<String> searches(List<String> texts) throws UsageException {
    for (String text : texts) {
      if (!text.matches(DOMAIN) && !texts.equals(List.of("."))) {
        throw new UsageException("--dns-search: a domain, or . alone for none, not '" + text + "'");
      }
    }
    return texts;
  }

  private static MacAddress mac(String text) throws UsageException {
    Optional<MacAddress> mac = MacAddress.parse(text);
    if (mac.isEmpty()) {
      throw new UsageException(
          "--mac-address: one machine's, as in 02:00:00:00:00:01, not '" + text + "'");
    }
    return mac.get();
  }

  /// Variables of the environment that say by which way HTTP goes: what holds for the host holds
  /// for the container.
  static Map<String, String> proxies(Invocation invocation) {
    Map<String, String> proxies = new TreeMap<>();
    for (String name : PROXIES) {
      for (String one : List.of(name, name.toUpperCase(Locale.ROOT))) {
        invocation.variable(one).ifPresent(value -> proxies.put(one, value));
      }
    }
    return proxies;
  }

  /// The program passt: fetched as the other tools are, in a version that is known to work. Where
  /// guests' files are given, and in a machine, nothing can be fetched, and the system brings it.
  static Passt passt(NetworkOptions options, Invocation invocation) throws IOException {
    if (options.mode() != NetworkMode.ROOTLESS) {
      return Passt.missing();
    }
    if (invocation.variable(GuestFiles.VARIABLE).isPresent() || invocation.isInMachine()) {
      return Passt.find(invocation.variable("PATH").orElse("")).orElseGet(Passt::missing);
    }
    Provision provision = new Provision(invocation.dirs(), invocation.progress());
    return new Passt(provision.passt().command(List.of()));
  }

  /// A supervisor's arguments that say where passt is: only the command that starts it can fetch
  /// it.
  static List<String> passtArguments(Passt passt) {
    return passt.command().stream().map(word -> PASST + "=" + Raw.of(word)).toList();
  }

  /// What [#passtArguments] said.
  static Passt passt(ParseResult parsed) {
    return new Passt(Option.get(parsed, PASST, List.<String>of()).stream().map(Raw::text).toList());
  }

  /// The options as arguments again.
  static List<String> arguments(NetworkOptions options) {
    String mtu = options.mtu().isPresent() ? ":" + MTU + options.mtu().getAsInt() : "";
    List<String> arguments = new ArrayList<>(List.of(NETWORK, options.mode() + mtu));
    options.published().forEach(port -> arguments.addAll(List.of(PUBLISH, port.toString())));
    options.nameservers().forEach(server -> arguments.addAll(List.of(DNS, server)));
    options.searches().forEach(domain -> arguments.addAll(List.of(SEARCH, domain)));
    options.mac().ifPresent(mac -> arguments.addAll(List.of(MAC, mac.toString())));
    return arguments;
  }
}
