"""Shapes of phrases (短语形式) that tell who or what a subject is. Each carries the words it is for; subject.py says what they decide."""

from __future__ import annotations

import re

BE = re.compile(
    r"(?:[\s,]|are|is|was|were|be|been|being|have|has|had|an?|the|also|fully|both|all|now|proudly|currently|independently|officially|which|that|who)*$"
)
FIRM = re.compile(r"(?:公司|集团|科技|实业|股份|厂|有限|企业|中心|医院|学校)")
GOODS_MARK = re.compile(r"(?:牌|款|型号?|系列|版)[\w\-]*$")
ABOUT_DEFAULT = {"product": "product", "personnel": "person"}
PLAIN_GOODS = frozenset({"产品", "商品", "本品", "系列", "全系列", "型号", "设备", "制品", "成品"})
SECTORS = frozenset(
    {
        "食品",
        "化妆品",
        "药品",
        "医疗器械",
        "饲料",
        "汽车",
        "软件",
        "农药",
        "肥料",
        "设备",
        "材料",
        "包装",
        "试剂",
        "果蔬",
        "水产品",
        "种子",
    }
)
NO_TOPIC = frozenset(
    {"设备", "主机", "仪器", "仪表", "包装", "原料", "材料", "样品", "货物"}
)  # 设备先进: a means, not what is talked of
OBJECT = re.compile(
    r"(?:[年日月]产|具有|拥有|具备|专注|深耕|服务于|涉及|涵盖|囊括|购置|配备|配置|设有|建有|建成|投资|经销|批发|零售|主打|专[做营]|围绕|聚焦|面向|出口|进口|承接|承揽|研制|致力|"
    r"生产|加工|销售|经营|研发|制造|提供|从事|主营|供应|开发|引进|采购|保持|确保|保证|提高|提升|改善|检验|控制|追求|关注|注重|重视|狠抓|深耕|严控|把控|选用|采用)(?![^,]*的)"
)  # 专业生产塑料制品: an object
OWNED = re.compile(
    r"(?:我们|我司|我家|本店|本公司|我公司|公司|咱们)的(?![\u4e00-\u9fff]{0,6}(?:能力|体系|团队|管理|流程|水平|实力|制度|质量|过程|运营|环境|设施|厂房|车间|工厂|基地|实验室|仓库|中心|总部|生产线|平台|系统)$)[\u4e00-\u9fff]{1,6}$"
)  # 我们的羊毛
MADE = re.compile(
    r"(?:生产|制造|加工|研发|研制|设计|销售|经营|出品|种植|养殖|供应|提供|推出|打造|代理)的[^,。;]{1,14}$"
)
OFFICERS = re.compile(
    r"\s?(?:质量|环境|管理|体系|认证|注册|主任|国家|国际|系统)*(?:内审员|外审员|审核员|审核师|咨询师)|\s?(?:certified )?(?:lead |internal |senior |risk |quality |security )*(?:auditors?|experts?|managers?|professionals?|practitioners?|specialists?|trainers?|implementers?|officers?)(?![a-z])"
)  # ISO9001内审员6名
SYSTEM_OF = re.compile(r"认证的[^,。;、]{0,8}体系$")  # 按通过ISO9001认证的质量体系生产: the system obtained it
PROCESS = re.compile(
    r"(?:的|产品|软件|系统|[、和及与]|以及)(?:全部)?(?:设计|研发|开发|生产|制造|加工|装配|安装|销售|经营|维修|维保|运输|仓储|施工|养殖|种植|管理|(?<=[和及与、])服务)"
    r"(?:[、和及与]|以及)?(?:全?过程|各?环节|活动|流程|体系)?$"
)  # 电梯的设计、制造和安装通过…: what the firm does
FIELDS_OF_SYSTEMS = re.compile(
    r"(?:公司|企业|我司|我厂|本厂|的|在|,|^)*(?:质量|环境|职业健康(?:安全)?|安全|能源|食品安全|信息安全)(?:[、和与及]|以及)(?:质量|环境|职业健康(?:安全)?|安全|能源|食品安全|信息安全|[、和与及]|以及)+(?:管理|体系|方面)*(?:均|都|已|全部|先后|同时)*$"
)  # 质量、环境、职业健康安全分别通过…: the systems of these fields
BOTH = re.compile(
    r"(?:compan(?:y|ies)|factor(?:y|ies)|facilit(?:y|ies)|plants?|firm) and (?:all )?(?:our |its |the )?products$|(?:公司|企业|工厂|我司|我厂)(?:和|及|与|、|以及)(?:其|我司|我们的|所有|主要|全部)?产品$"
)  # 企业和产品分别通过
SHORT_NAME = re.compile(
    r"(?!塑[料胶木]|不锈|橡胶|金属|[电自]动|[电光]子|智[能慧]|防[水火爆盗腐晒滑雾]|[高低中]压|工业|家[用具居]|儿童|[医民军农船车商]用|环保|节[能水]|数[控码]|液压|气[动体]|光[伏纤电]"
    r"|新型|镀[锌铬锡]|铝[合塑]|玻璃|陶瓷|[木竹铁铜钢石]|挖掘|起重|水[性泥]|有机|天然|绿色|冷[链却冻]|热[水镀缩]|真空|保[温暖险]|照明|太阳|食[品用]|饮[水料]|全[棉自]|纯[棉净]|汽车|摩托|婴[儿童幼])"
    r"[\u4e00-\u9fff]{4,6}"
)  # a firm's short name, when it does not begin as names of goods do
MODEL = re.compile(r"(?<=[\u4e00-\u9fff])[\s\-]*[a-z]{0,4}-?\d[\d.\-]*[a-z]{0,3}(?:型|版|款)?$")  # 云存储软件V3.0
ATTRIBUTE = re.compile(r"的(?P<noun>[\u4e00-\u9fff]{2,8}?)(?=$|[\s,。;!、]|亮相|上市|出口|供应|销售)")
MADE_BY = re.compile(
    r"所?(?:生产|制造|加工|销售|出售|经营|代理|供应|研发|种植|养殖)的[\u4e00-\u9fff]{2,10}"
)  # 本公司销售的电动自行车
SAYS = re.compile(r"通过|获得|取得|[是为由在有被给向]|服务|提供|供应给")
BOUGHT = re.compile(
    r"(?<![a-z])(?:from|our|with|by|every|each|its|their|sourc\w+|choose|select|approved|needs?|seek\w*|want|need\w*|match\w*|find|connect\w*|partner\w*|network of|prefer\w*|require\w*|looking for)(?![a-z])"
)
FIELD = re.compile(r"(?:资质|认证|证书|荣誉|目标|方针|承诺|情况)\s?:\s*$")
USES = re.compile(r"(?:采用|选用|使用|运用|引进|配备|搭载|依托)(?:了|的是)?(?:已|均)?$")
NO_GOODS = re.compile(
    r"(?:people|prices|values|goals|aims?|mission|customers|hours|terms|roots|lines|projects|works|tasks|activities|process(?:es)?|procedures?|practices?|methods?|workflows?|polic(?:y|ies)|sites?|premises|locations?|offices|branches|warehouses|laborator(?:y|ies)|labs?|teams?|managers?|teachers|trainers|programs?|programmes?|trainings?|courses?)$"
)
AMOUNT = re.compile(
    r"\d[\d,]*[余多]?[台套条辆件只]|(?:的)?(?:[年月日]|总|市场)?(?:产量|销量|产能|产值|销售|出口额|市场|行业|领域|业务|品种|种类|占有率)"
)  # 公司服装年产量达…: how much
SERVES = re.compile(r"于|了|过|[全多众国各广]|客户|企业|[\d两三数百千上]")  # 服务于多家企业: a verb
SERVED = re.compile(
    r"(?!体系|质量|能力|[均都已也还可能更]|通过|获|认证|网络|热线|项目|范围|内容|团队|[是为有优至]|周到|完善|一流|态度|理念|承诺|保障|标准|流程|水平)[\u4e00-\u9fff]{2}"
)  # “服务汽车、电子行业”: at the head of a clause with an object, a verb
MEANS = re.compile(
    r"[\s\"'(]*(?:并|更|也|还|且)?(?:(?:以(?!下)|凭借?|依靠|借助|依托|靠)[^,。;]{2,30}|(?:通过|经过)[^,。;]{2,20}(?:服务|检测|帮助|指导|努力|协助|合作|改[造进]))$"
)  # 凭借过硬的产品质量
BY_MEANS = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:通过|借助|利用|使用|依托)(?:我们|我司|本公司|我公司|本软件|本系统)的?[^,。;]{0,12}$"
)  # 某厂通过我们的软件顺利通过…
WHICH = re.compile(
    r"(?P<maker>(?:manufactur(?:e|er|ers|ing)|factor(?:y|ies)|plants?|compan(?:y|ies)|suppliers?|facilit(?:y|ies)|mills?|foundr(?:y|ies))) (?:which|that|who)\s*$"
)  # all wheels are from a factory which is certified: what the relative clause speaks of
MADE_IN = re.compile(
    r"(?:manufactured|made|produced|assembled|built|processed|packed|roasted|brewed|developed)(?: and [a-z]+)?\s"
    r"(?:in|under|at|within|by)\s(?:an?|our|the)?\s?$"
)  # made in an ISO 9001 certified plant: the plant
MAKER_OF = re.compile(
    r"(?<![a-z])(?:manufacturers?|suppliers?|makers?|producers?|exporters?|distributors?|providers?|compan(?:y|ies)|factory|firm|leaders?|specialists?|foundry|mill)"
    r" (?:of|in|for|making|producing|specialis\w+ in|specializ\w+ in)(?![a-z])[^,.;]*$"
)
FOUNDED = re.compile(
    r"[\s\"']{0,2}(?:始|自|于|是一家|是一个|作为)?(?:\d{4}年)?(?:成立|创立|创办|创建|建厂|始建|坐落|位于|是一家|秉承|秉持|专注于|致力于|总部|地处)"
)  # 云岭阀门自成立以来: a firm by its short name
PLURAL = re.compile(
    r"[\s,(]*(?P<noun>(?:our|all|all of our|these|every|each|most of our|the|this)\s(?:[a-z][\w\-]*\s){0,3}?[a-z][\w\-]*)\s"
    r"(?:(?:that )?we (?:make|produce|sell|ship|supply)\s)?(?:are|is|have|has|carry|carries|come|comes)(?![a-z])"
)  # our cleaning chemicals are …: goods, unless a listed noun says otherwise
TRADED = re.compile(
    r"(?<![a-z])(?:pumps?|valves?|machin\w+|cables?|instruments?|lights?|lamps?|fixtures?|furniture|tiles|garments?|chemicals?|fittings?|devices?|equipment|products?|food|batteries|tools|toys) [a-z]"
)  # CE certified pumps manufacturer: the mark may be that of the pumps
ONE = re.compile(
    r"[\s,(]*(?:the|this)\s(?!.*(?:tea|rice|coffee|honey|oil|milk|juice|wine|flour)\s(?:is|has)$).*\s(?:is|has)$"
)
PAPERS = re.compile(r"(?:材料|资料|文件|(?:复印|扫描|影印|原|证|附|要)件)$")  # 认证材料, 认证复印件: no goods
TESTER = re.compile(r"(?:经过?|通过|由|委托|送|交由)[^,]{0,4}$")
SUMMARY = re.compile(
    r"(?:等|多项|各项|系列)[^,。;]{0,6}产品(?:品质|质量|安全|性能)?(?:认证|证书)+$"
)  # “…等多项产品品质认证”
