# Modes, owners, times, extended attributes and ACLs of every type of file, changed by everybody.
my @people = ([0, '0'], [1001, '1001'], [1001, '1001 1002'], [1003, '1003 1002'], [1003, '1003']);
my @acts = (
  ['chmod 0644', sub { chmod 0644, 'x' }], ['chmod 07777', sub { chmod 07777, 'x' }], ['chmod 02755', sub { chmod 02755, 'x' }], ['chmod 01644', sub { chmod 01644, 'x' }],
  ['chown me', sub { lchown('x', 1001, -1) }], ['chown group', sub { lchown('x', -1, 1002) }], ['chown own group', sub { lchown('x', -1, 1001) }],
  ['chown both', sub { lchown('x', 1001, 1002) }], ['chown other', sub { lchown('x', 1003, -1) }], ['chown other group', sub { lchown('x', -1, 1003) }],
  ['chown root', sub { lchown('x', 0, 0) }],
  ['now', sub { ok(call('utimensat', CWD, my $p = 'x', 0, NOFOLLOW)) }], ['both now', sub { times_('x', [0, NOW, 0, NOW], NOFOLLOW) }],
  ['omit', sub { times_('x', [0, OMIT, 0, OMIT], NOFOLLOW) }], ['atime now', sub { times_('x', [0, NOW, 0, OMIT], NOFOLLOW) }],
  ['mtime now', sub { times_('x', [0, OMIT, 0, NOW], NOFOLLOW) }], ['times', sub { times_('x', [5, 6, 7, 8], NOFOLLOW) }],
  ['atime alone', sub { times_('x', [9, 10, 0, OMIT], NOFOLLOW) }], ['mtime alone', sub { times_('x', [0, OMIT, 11, 12], NOFOLLOW) }],
  ['mixed', sub { times_('x', [0, NOW, 13, 14], NOFOLLOW) }],
);
for my $type (@types) {
  for my $m (0644, 06755, 02644, 0666, 0000) {
    next if $type eq 'symlink' && $m != 0644;
    for my $who (@people) {
      my ($u, $g) = @$who;
      for my $act (@acts) {
        my ($name, $code) = @$act;
        next if $type eq 'symlink' && $name =~ /chmod/;
        make($type, 'x', 1001); chmod $m, 'x' if $type ne 'symlink'; times_('x', [1, 2, 3, 4], NOFOLLOW);
        my $o = as($u, $g, sub { outcome($code->()) });
        say_(sprintf('%s %o %s(%s) %s', $type, $m, $u, $g, $name), $o, mode('x'), map { $_ > 1e9 ? 'now' : sprintf '%.1f', $_ } (Time::HiRes::lstat('x'))[8, 9]);
        wipe('x');
      }
    }
  }
}

# Set-ID bits go when others change the content, whatever the group and the way.
for my $type ('regular') {
  for my $m (04777, 02777, 06777, 06767, 02767, 06666, 01777) {
    for my $who (@people) {
      my ($u, $g) = @$who;
      for my $act (['write', sub { sysopen($fh, 'x', O_WRONLY) && syswrite $fh, 'y' }], ['append', sub { sysopen($fh, 'x', O_WRONLY | O_APPEND) && syswrite $fh, 'y' }],
          ['truncate', sub { truncate 'x', 0 }], ['ftruncate', sub { sysopen($fh, 'x', O_RDWR) && truncate $fh, 0 }], ['open trunc', sub { sysopen my $h, 'x', O_WRONLY | O_TRUNC }],
          ['fallocate', sub { sysopen($fh, 'x', O_RDWR) && ok(call('fallocate', fileno $fh, 0, 0, 100)) }], ['create', sub { sysopen my $h, 'x', O_CREAT | O_RDWR }],
          ['nothing', sub { sysopen($fh, 'x', O_WRONLY) && defined syswrite $fh, '' }], ['read', sub { sysopen my $h, 'x', O_RDONLY }]) {
        for my $group (1001, 1002) {
          # FUSE_WRITE tells the writer's first group alone.
          next if !($m & 010) && $group == 1002 && $g =~ / 1002/;
          make($type, 'x', 1001, $group); chmod $m, 'x';
          as($u, $g, sub { result(sprintf('%o:%d %s(%s) %s', $m, $group, $u, $g, $act->[0]), $act->[1]->()) });
          show('x'); wipe('x');
        }
      }
    }
  }
}

# Times: which call moves those of the file and of its directory.
mkdir 'd'; mkdir 'e';
for my $type (@types) {
  my $x = 'd/x';
  moves("make $type", ['d', $x], sub { make($type, $x); 1 });
  moves("make it again", ['d', $x], sub { $type eq 'dir' ? mkdir $x : mknod($x, S_IFREG | 0644) });
  moves("chmod $type", ['d', $x], sub { chmod 0600, $x }) if $type ne 'symlink';
  moves("chown $type", ['d', $x], sub { lchown($x, 1001, 1002) });
  moves("chown to the same", ['d', $x], sub { lchown($x, 1001, 1002) });
  moves("times $type", ['d', $x], sub { times_($x, [1, 2, 3, 4], NOFOLLOW) });
  moves("times omitted", ['d', $x], sub { times_($x, [0, OMIT, 0, OMIT], NOFOLLOW) });
  as(1003, '1003', sub {
    moves("$type by others: chmod", ['d', $x], sub { chmod 0600, $x }) if $type ne 'symlink';
    moves("$type by others: chown", ['d', $x], sub { lchown($x, 1003, 1003) });
    moves("$type by others: remove", ['d', $x], sub { unlink $x });
    moves("$type by others: rename", ['d', $x], sub { rename $x, 'd/y' });
    moves("$type by others: link", ['d', $x], sub { link_($x, 'd/y') });
  });
  moves("link $type", ['d', $x, 'e', 'e/l'], sub { link_($x, 'e/l') });
  moves("unlink link", ['d', $x, 'e'], sub { unlink 'e/l' });
  moves("rename $type", ['d', $x, 'e', 'e/x'], sub { rename $x, 'e/x' });
  moves("rename back", ['d', $x, 'e'], sub { rename 'e/x', $x });
  make($type, 'e/o'); make($type, 'e/p');
  moves("exchange $type", ['d', $x, 'e', 'e/o'], sub { rename_($x, 'e/o', 2) });
  moves("rename over", ['d', $x, 'e', 'e/o', 'e/p'], sub { rename 'e/p', 'e/o' });
  moves("not renamed over", ['d', $x, 'e', 'e/o'], sub { rename_($x, 'e/o', 1) });
  moves("remove $type", ['d', $x], sub { $type eq 'dir' ? rmdir $x : unlink $x });
  moves("remove nothing", ['d'], sub { unlink $x });
  wipe('e/o', 'e/p');
}
touch('x'); link 'x', 'y';
for my $act (['write', sub { sysopen($fh, 'x', O_WRONLY) && syswrite $fh, 'abc' }], ['write nothing', sub { sysopen($fh, 'x', O_WRONLY) && defined syswrite $fh, '' }],
    ['truncate', sub { truncate 'x', 100 }], ['truncate to the same', sub { truncate 'x', 100 }], ['ftruncate', sub { sysopen($fh, 'x', O_RDWR) && truncate $fh, 7 }],
    ['ftruncate to the same', sub { sysopen($fh, 'x', O_RDWR) && truncate $fh, 7 }], ['open trunc', sub { sysopen my $h, 'x', O_WRONLY | O_TRUNC }],
    ['open trunc empty', sub { sysopen my $h, 'x', O_WRONLY | O_TRUNC }], ['create', sub { sysopen my $h, 'x', O_WRONLY | O_CREAT }],
    ['fallocate', sub { sysopen($fh, 'x', O_RDWR) && ok(call('fallocate', fileno $fh, 0, 0, 8192)) }], ['fallocate keeping', sub { sysopen($fh, 'x', O_RDWR) && ok(call('fallocate', fileno $fh, 1, 0, 65536)) }],
    ['punch', sub { sysopen($fh, 'x', O_RDWR) && ok(call('fallocate', fileno $fh, 3, 0, 4096)) }], ['read', sub { sysopen($fh, 'x', O_RDONLY) && sysread $fh, my $b, 5 }],
    ['unlink a name', sub { unlink 'y' }], ['setxattr', sub { xattr('x', 'user.a', 'b') }], ['getxattr', sub { getx('x', 'user.a', 10) =~ /^1/ }], ['removexattr', sub { ok(call('removexattr', my $p = 'x', my $a = 'user.a')) }],
    ['fails', sub { truncate 'x', -1 }]) {
  moves($act->[0], ['x', '.'], $act->[1]);
}
for my $t ([0, 0], [1, 999999999], [-1, 5], [-2147483648, 0], [2147483647, 1], [2147483648, 123456789], [4294967295, 0], [15032385535, 999999999], [0, 1000000000], [0, -1]) {
  result("time @$t", times_('x', [@$t, @$t])); my $b = "\0" x 256; my $p = 'x'; call('statx', CWD, $p, 0, 0xfff, $b); say_(unpack 'x64 q L x4 x32 q L', $b) if $t->[1] >= 0 && $t->[1] < 1e9;
}
wipe('x');

# Extended attributes of every type, and their limits.
for my $type (@types) {
  make($type, 'x', 1001); my $p = 'x';
  for my $who ([0, '0'], [1001, '1001'], [1003, '1003']) {
    as($who->[0], $who->[1], sub {
      for my $name ('user.a', 'trusted.a', 'nonsense.a', 'user.', 'user.' . 'n' x 250, 'user.' . 'n' x 251, 'security.capability') {
        my $l = substr $name, 0, 20; my $v = 'value';
        result("$type $who->[0] set $l", ok(call('lsetxattr', $p, my $c = $name, $v, 5, 0)));
        say_('get', getx($p, $name, 100), getx($p, $name, 0), getx($p, $name, 3));
        result("remove $l", ok(call('removexattr', $p, $c)));
      }
    });
  }
  wipe('x');
}
touch('x');
result('create', xattr('x', 'user.c', 'one', 1)); result('create again', xattr('x', 'user.c', 'two', 1)); result('replace', xattr('x', 'user.c', 'two', 2)); result('replace none', xattr('x', 'user.n', 'v', 2));
result('empty', xattr('x', 'user.e', '')); say_(getx('x', 'user.e', 10)); result('bad flags', xattr('x', 'user.c', 'v', 4)); result('big', xattr('x', 'user.b', 'v' x 1000)); say_(getx('x', 'user.b', 1000) =~ /^(\d+)/);
result('too big', xattr('x', 'user.b', 'v' x 65537)); my ($p, $list) = ('x', "\0" x 1000); my $r = call('listxattr', $p, $list, 1000); say_('list', join ' ', sort split /\0/, substr $list, 0, $r); say_('size', call('listxattr', $p, $list, 0)); result('short list', ok(call('listxattr', $p, $list, 3)));
wipe('x');

# ACLs: what they do to modes, whom they let in, what new files have from their directory.
sub acl { pack 'L(SSl)*', 2, @_ }
my ($U, $u, $G, $g, $M, $O) = (1, 2, 4, 8, 16, 32);
my %acls = (minimal => acl($U, 6, -1, $G, 4, -1, $O, 0, -1), named => acl($U, 6, -1, $u, 6, 1003, $G, 4, -1, $M, 6, -1, $O, 0, -1), masked => acl($U, 7, -1, $u, 7, 1003, $G, 7, -1, $M, 4, -1, $O, 0, -1),
  group => acl($U, 6, -1, $G, 0, -1, $g, 6, 1002, $M, 7, -1, $O, 0, -1), incomplete => acl($u, 7, 1003), nonsense => 'xx', long => acl($U, 7, -1, (map { ($u, 7, 2000 + $_) } 1 .. 50), $G, 7, -1, $M, 7, -1, $O, 7, -1));
for my $name (sort keys %acls) {
  for my $owner (1001, 0) {
    touch('x'); chmod 06664, 'x'; chown $owner, 1002, 'x'; mkdir 'y'; chown $owner, 1002, 'y'; chmod 02775, 'y';
    as(1001, '1001', sub { result("$name access by 1001 of $owner", xattr('x', 'system.posix_acl_access', $acls{$name})); result('default', xattr('y', 'system.posix_acl_default', $acls{$name})); result('default of a file', xattr('x', 'system.posix_acl_default', $acls{$name})) });
    say_(getx('x', 'system.posix_acl_access', 500)); show('x', 'y'); chmod 0640, 'x'; say_(getx('x', 'system.posix_acl_access', 500)); show('x');
    for my $who (@people) { as($who->[0], $who->[1], sub { result("read by $who->[0] ($who->[1])", sysopen my $h, 'x', O_RDONLY); result('write', sysopen $h, 'x', O_WRONLY); result('make', touch('y/n', 0666)); wipe('y/n') }) }
    for my $mask (0, 022, 077) {
      umask $mask; touch('y/f', 0666); mkdir 'y/d', 0777; mkfifo 'y/p', 0666; symlink 't', 'y/s'; sysopen my $h, 'y/o', O_CREAT | O_WRONLY, 0600; umask 022;
      show('y/f', 'y/d', 'y/p', 'y/o'); say_(getx('y/f', 'system.posix_acl_access', 500), getx('y/d', 'system.posix_acl_access', 500), getx('y/d', 'system.posix_acl_default', 500)); wipe('y/f', 'y/d', 'y/p', 'y/s', 'y/o');
    }
    my ($f, $a) = ('x', 'system.posix_acl_access'); result('remove', ok(call('removexattr', $f, $a))); show('x'); wipe('x', 'y');
  }
}
wipe('d', 'e');
